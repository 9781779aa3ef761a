package io.usercenter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which partitions are made and dropped, day by day, and what becomes of their rows. */
class IdempotencyPartitionsTest {
  private static final LocalDate TODAY = LocalDate.parse("2031-05-07");

  @Test
  void aNewTableGetsTodayAndThreeMore() {
    assertThat(changes())
        .singleElement()
        .asString()
        .contains("p20310507 ", "p20310508 ", "p20310509 ", "p20310510 ", "p_rest")
        .doesNotContain("p20310511");
  }

  @Test
  void yesterdayStaysAllDayLong() {
    assertThat(changes("2031-05-06", "2031-05-07", "2031-05-08", "2031-05-09", "2031-05-10"))
        .isEmpty();
  }

  @Test
  void whatNobodyMayAskForIsDropped() {
    assertThat(
            changes(
                "2031-05-04",
                "2031-05-05",
                "2031-05-06",
                "2031-05-07",
                "2031-05-08",
                "2031-05-09",
                "2031-05-10"))
        .containsExactly("ALTER TABLE idempotency DROP PARTITION p20310504, p20310505");
  }

  @Test
  void anInstanceThatSleptForWeeksGoesOnWithToday() {
    List<String> changes = changes("2031-04-01");
    assertThat(changes).hasSize(2);
    assertThat(changes.getFirst()).contains("p20310507 ").doesNotContain("p20310506");
    assertThat(changes.getLast()).isEqualTo("ALTER TABLE idempotency DROP PARTITION p20310401");
  }

  private static List<String> changes(String... existing) {
    NavigableSet<LocalDate> days = new TreeSet<>();
    for (String day : existing) {
      days.add(LocalDate.parse(day));
    }
    return IdempotencyPartitions.changes(days, TODAY);
  }

  @Test
  void aRowLivesUntilTheEndOfTheNextDay() throws Exception {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:mysql://" + Backends.mysql().address() + "/", "root", "");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE idempotency_days");
      statement.execute("USE idempotency_days");
      statement.execute(
          Files.readString(Path.of(System.getProperty("uc.root"), "sql/admin/V6__idempotency.sql"))
              .replaceAll("(?m)^--.*$", ""));
      insert(statement, "2031-05-06"); // before there are any partitions
      List<Integer> left = new ArrayList<>();
      for (String now :
          List.of(
              "2031-05-06T23:59:59Z",
              "2031-05-07T00:00:00Z",
              "2031-05-07T23:59:59Z",
              "2031-05-08T00:00:00Z",
              "2031-05-09T00:00:00Z")) {
        IdempotencyPartitions.keep(connection, Instant.parse(now));
        left.add(count(statement));
        if (now.startsWith("2031-05-07T00")) {
          insert(statement, "2031-05-07");
        }
      }
      assertThat(left).containsExactly(1, 1, 2, 1, 0);
    }
  }

  private static void insert(Statement statement, String day) throws SQLException {
    statement.executeUpdate(
        "INSERT INTO idempotency VALUES (1, '%s', '%s', '', '', NOW(), NOW(), 0, NULL)"
            .formatted(day, day));
  }

  private static int count(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM idempotency")) {
      assertThat(row.next()).isTrue();
      return row.getInt(1);
    }
  }
}
