package io.usercenter.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.GeneFunction;
import io.usercenter.testkit.MySqlServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A server's way from empty to migrated and on, each test from where the one before left it,
 * because making 33 databases takes seconds.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ShardMigrationsTest {
  private MySqlServer server;
  private ShardMigrations migrations;

  @BeforeAll
  void start() {
    server = Fleet.newServer();
    migrations = migrations();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private ShardMigrations migrations() {
    return new ShardMigrations(
        Fleet.settings(ShardTopology.parse(server.address()), 2), new Shards(GeneFunction.CRC32));
  }

  private static ShardMigrations.Report run(ShardMigrations migrations) {
    return migrations.migrateAll((_, _, _, _) -> {});
  }

  private int number(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), "root", "");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }

  @Test
  @Order(1)
  void twoProcessesMakeThe33DatabasesTogether() throws Exception {
    List<String> progress = new ArrayList<>();
    ShardMigrations.Report mine;
    ShardMigrations.Report theirs;
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ShardMigrations.Report> other = executor.submit(() -> run(migrations()));
      mine = migrations.migrateAll((done, total, _, _) -> progress.add(done + "/" + total));
      theirs = other.get();
    }
    assertThat(mine.complete()).as(mine.toString()).isTrue();
    assertThat(theirs.complete()).as(theirs.toString()).isTrue();
    assertThat(mine.changed() + theirs.changed()).isEqualTo(33);
    assertThat(progress).hasSize(33).startsWith("1/33").endsWith("33/33").doesNotHaveDuplicates();
    assertThat(
            number(
                "SELECT COUNT(*) FROM information_schema.schemata"
                    + " WHERE schema_name LIKE 'usercenter\\_%'"))
        .as("the 33 and the audit, which the scripts of the admin database make")
        .isEqualTo(34);
    assertThat(number("SELECT shard FROM usercenter_31.shard_meta")).isEqualTo(31);
  }

  /** If Flyway ever computed its checksums in another way, this would report 33 changed. */
  @Test
  @Order(2)
  void whatIsUpToDateIsLeftAlone() {
    long start = System.nanoTime();
    ShardMigrations.Report report = run(migrations());
    assertThat(report.unchanged()).isEqualTo(33);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1500));
  }

  @Test
  @Order(3)
  void aDatabaseWhoseFirstMigrationWasCutOffIsMadeAgain() throws SQLException {
    Fleet.execute(server, "DROP TABLE usercenter_04.shard_meta");
    Fleet.execute(server, "UPDATE usercenter_04.flyway_schema_history SET success = 0");
    Fleet.execute(server, "DROP TABLE usercenter_09.flyway_schema_history");
    Fleet.execute(server, "DROP TABLE usercenter_09.shard_meta");
    ShardMigrations.Report report = run(migrations);
    assertThat(report.failed()).isEmpty();
    assertThat(report.changed()).isEqualTo(2);
    assertThat(number("SELECT shard FROM usercenter_04.shard_meta")).isEqualTo(4);
    assertThat(number("SELECT shard FROM usercenter_09.shard_meta")).isEqualTo(9);
  }

  @Test
  @Order(4)
  void aDatabaseThatHoldsARowIsNeverDropped() throws SQLException {
    Fleet.execute(
        server,
        "INSERT INTO usercenter_06.role_locator (role_id, server_id, user_id, revision)"
            + (" VALUES ('" + roleOf(6) + "', 's1', 1, 1)"));
    Fleet.execute(server, "UPDATE usercenter_06.flyway_schema_history SET success = 0");
    ShardMigrations.Report report = run(migrations);
    assertThat(report.failed()).containsOnlyKeys("usercenter_06");
    assertThat(report.toString()).contains("failed migration");
    assertThat(number("SELECT COUNT(*) FROM usercenter_06.role_locator")).isEqualTo(1);
    Fleet.execute(server, "UPDATE usercenter_06.flyway_schema_history SET success = 1");
  }

  /** As docs/upgrade.md tells: MySQL cannot roll DDL back, and Flyway does not guess. */
  @Test
  @Order(5)
  void aMigrationThatWasCutOffInsideItsScriptGoesOnWhenItsFirstPartIsUndone() throws SQLException {
    Fleet.execute(server, "DELETE FROM usercenter_13.flyway_schema_history WHERE version = '16'");
    Fleet.execute(server, "DROP TABLE usercenter_13.account_note");
    for (String says : List.of("Duplicate key name 'user_channel'", "failed migration")) {
      ShardMigrations.Report report = run(migrations);
      assertThat(report.failed()).containsOnlyKeys("usercenter_13");
      assertThat(report.toString()).contains(says);
    }
    Fleet.execute(server, "ALTER TABLE usercenter_13.user DROP KEY user_channel");
    Fleet.execute(server, "DELETE FROM usercenter_13.flyway_schema_history WHERE success = 0");
    assertThat(run(migrations).changed()).isEqualTo(1);
    assertThat(number("SELECT COUNT(*) FROM usercenter_13.account_note")).isZero();
  }

  /** So that one that is cut off has done all of its script or nothing: DDL of MySQL is atomic. */
  @Test
  void scriptsAfterTheSixteenthHaveOneStatementEach() throws IOException {
    Path folder = Path.of(System.getProperty("uc.root"), "sql", "shard");
    assertThat(statements(folder.resolve("V16__operators.sql"))).isEqualTo(2);
    try (Stream<Path> scripts = Files.list(folder)) {
      for (Path script : scripts.toList()) {
        Matcher version = Pattern.compile("V([0-9]+)__.*").matcher(script.getFileName().toString());
        if (version.matches() && Integer.parseInt(version.group(1)) > 16) {
          assertThat(statements(script)).as(script.toString()).isEqualTo(1);
        }
      }
    }
  }

  private static long statements(Path script) throws IOException {
    return Files.readAllLines(script).stream()
        .filter(line -> !line.startsWith("--") && line.stripTrailing().endsWith(";"))
        .count();
  }

  private static String roleOf(int shard) {
    return Fleet.of(GeneFunction.CRC32).roleId(new io.usercenter.id.Shard(shard));
  }

  @Test
  @Order(6)
  void aScriptThatWasChangedAfterwardsIsReported() throws SQLException {
    Fleet.execute(server, "UPDATE usercenter_11.flyway_schema_history SET checksum = 1");
    ShardMigrations.Report report = run(migrations);
    assertThat(report.failed()).containsOnlyKeys("usercenter_11");
    assertThat(report.toString()).contains("checksum mismatch");
  }

  @Test
  @Order(7)
  void anInstanceThatIsDownFailsAllOfItsDatabasesAndNothingIsHeld() {
    server.kill9();
    ShardMigrations.Report report = run(migrations);
    assertThat(report.failed()).hasSize(33);
    assertThat(report.unchanged() + report.changed()).isZero();
  }
}
