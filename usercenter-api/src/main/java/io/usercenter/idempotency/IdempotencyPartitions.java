package io.usercenter.idempotency;

import io.usercenter.platform.ShardRounds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Makes the partitions of {@code idempotency} for the days ahead and drops those that are over.
 * Rows find a place without it too, in the partition for the rest; then they stay until it runs.
 */
final class IdempotencyPartitions {
  private static final String REST = "p_rest";
  private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("'p'yyyyMMdd");
  private static final int DAYS_AHEAD = 3;

  private static final Logger log = LoggerFactory.getLogger(IdempotencyPartitions.class);

  private final ShardRounds rounds;
  private final DataSource admin;
  private final InstantSource clock;

  IdempotencyPartitions(ShardRounds rounds, DataSource admin, InstantSource clock) {
    this.rounds = rounds;
    this.admin = admin;
    this.clock = clock;
  }

  @Scheduled(initialDelay = 10_000, fixedDelay = 3_600_000)
  void look() {
    rounds.go(
        "making and dropping partitions of idempotency",
        (shard, connection) -> keep(connection, clock.instant()));
    try (Connection connection = admin.getConnection()) {
      keep(connection, clock.instant());
    } catch (SQLException e) {
      log.warn("partitions of idempotency in the admin database wait: {}", e.toString());
    }
  }

  /** In one database. */
  static void keep(Connection connection, Instant now) throws SQLException {
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    List<String> changes = changes(days(connection), today);
    if (changes.isEmpty()) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      // DDL waits for the transactions that use the table, and all others wait behind it.
      statement.execute("SET SESSION lock_wait_timeout = 2");
      try {
        for (String change : changes) {
          statement.executeUpdate(change);
        }
      } catch (SQLException e) {
        if (!changes(days(connection), today).isEmpty()) {
          throw e;
        } // else another instance was faster
      } finally {
        statement.execute("SET SESSION lock_wait_timeout = DEFAULT");
      }
    }
  }

  /**
   * What has to be done. Another instance may be doing it: its second attempt fails, because the
   * names exist or are gone, and changes nothing.
   */
  static List<String> changes(NavigableSet<LocalDate> existing, LocalDate today) {
    List<LocalDate> missing = new ArrayList<>();
    LocalDate first =
        existing.isEmpty() || existing.last().isBefore(today) ? today : existing.last().plusDays(1);
    for (LocalDate day = first; !day.isAfter(today.plusDays(DAYS_AHEAD)); day = day.plusDays(1)) {
      missing.add(day);
    }
    List<String> changes = new ArrayList<>();
    if (!missing.isEmpty()) {
      changes.add(
          "ALTER TABLE idempotency REORGANIZE PARTITION %s INTO (%s, PARTITION %s VALUES LESS THAN (MAXVALUE))"
              .formatted(
                  REST,
                  missing.stream()
                      .map(
                          day ->
                              "PARTITION %s VALUES LESS THAN ('%s')"
                                  .formatted(NAME.format(day), day.plusDays(1)))
                      .collect(Collectors.joining(", ")),
                  REST));
    }
    // Yesterday's keys are good until this time of the day.
    String over =
        existing.headSet(today.minusDays(1)).stream()
            .map(NAME::format)
            .collect(Collectors.joining(", "));
    if (!over.isEmpty()) {
      changes.add("ALTER TABLE idempotency DROP PARTITION " + over);
    }
    return changes;
  }

  private static NavigableSet<LocalDate> days(Connection connection) throws SQLException {
    NavigableSet<LocalDate> days = new TreeSet<>();
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT partition_name FROM information_schema.partitions"
                    + " WHERE table_schema = DATABASE() AND table_name = 'idempotency'");
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        if (!rows.getString(1).equals(REST)) {
          days.add(LocalDate.parse(rows.getString(1), NAME));
        }
      }
    }
    return days;
  }
}
