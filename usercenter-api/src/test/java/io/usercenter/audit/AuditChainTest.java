package io.usercenter.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usercenter.audit.AuditVerdict.Finding;
import io.usercenter.audit.AuditVerdict.Problem;
import io.usercenter.id.UserId;
import io.usercenter.it.Usercenter;
import io.usercenter.testkit.Backends;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The audit on real MySQL: what is done to it behind the service's back is found, and nothing else
 * is. Every harm is undone again, for other tests share the record.
 */
class AuditChainTest {
  private static final UserId PLAYER = new UserId(7_777_777_000_001L);
  private static Usercenter service;
  private static Connection root;
  private static Statement sql;

  @BeforeAll
  static void start() throws SQLException {
    service =
        Usercenter.start(
            Backends.mysql(), Backends.redis(), "usercenter.database.borrow-timeout=20s");
    root = DriverManager.getConnection(Backends.mysql().jdbcUrl("usercenter_admin"), "root", "");
    sql = root.createStatement();
  }

  @AfterAll
  static void stop() throws SQLException {
    root.close();
    service.close();
  }

  @Test
  void everyHarmIsFoundAndNamed() throws SQLException {
    Instant from = Instant.now();
    for (int i = 1; i <= 5; i++) {
      log().add("ann", "BAN", PLAYER, "note " + i, "DONE", "10.0.0.1");
    }
    sealed();
    long first =
        number("SELECT MIN(audit_id) FROM usercenter_audit.entry WHERE audit_id >= " + floor(from));
    long third = id(first, 2);
    long place = place(third);
    long last = id(first, 4);
    String keepEntry = "CREATE TEMPORARY TABLE kept AS SELECT * FROM usercenter_audit.entry WHERE ";
    AuditVerdict whole = verify(from);
    assertThat(whole.bad()).isZero();
    assertThat(whole.verified()).isGreaterThanOrEqualTo(5);

    List<Harm> harms =
        List.of(
            new Harm(
                "one byte of a line",
                "UPDATE usercenter_audit.entry SET operator = 'anm' WHERE audit_id = " + third,
                "UPDATE usercenter_audit.entry SET operator = 'ann' WHERE audit_id = " + third,
                new Finding(Problem.LINE_CHANGED, place, third)),
            new Harm(
                "the target, with the vouching of another line",
                "UPDATE usercenter_audit.entry e, (SELECT mac FROM usercenter_audit.entry WHERE"
                    + " audit_id = "
                    + first
                    + ") o SET e.mac = o.mac WHERE e.audit_id = "
                    + third,
                "UPDATE usercenter_audit.entry SET mac = UNHEX('"
                    + hex("SELECT HEX(mac) FROM usercenter_audit.entry WHERE audit_id = " + third)
                    + "') WHERE audit_id = "
                    + third,
                new Finding(Problem.LINE_CHANGED, place, third)),
            new Harm(
                "a line that is gone",
                keepEntry
                    + "audit_id = "
                    + third
                    + "; DELETE FROM usercenter_audit.entry WHERE audit_id = "
                    + third,
                "INSERT INTO usercenter_audit.entry SELECT * FROM kept; DROP TABLE kept",
                new Finding(Problem.LINE_MISSING, place, third)),
            new Harm(
                "a line that nobody wrote",
                "INSERT INTO usercenter_audit.entry SELECT audit_id + 1048576 * 3, at, operator,"
                    + " action, target_user_id, outcome, ip, trace_id, note_digest, mac FROM"
                    + " usercenter_audit.entry WHERE audit_id = "
                    + last,
                "DELETE FROM usercenter_audit.entry WHERE audit_id = " + (last + 1048576 * 3),
                new Finding(Problem.LINE_UNCHAINED, null, last + 1048576 * 3)),
            new Harm(
                "a line and its link that are gone",
                "CREATE TEMPORARY TABLE kept AS SELECT * FROM usercenter_audit.chain WHERE position"
                    + " = "
                    + place
                    + "; DELETE FROM usercenter_audit.chain WHERE position = "
                    + place,
                "INSERT INTO usercenter_audit.chain SELECT * FROM kept; DROP TABLE kept",
                new Finding(Problem.LINK_MISSING, place, null)),
            new Harm(
                "two lines whose order is turned",
                "UPDATE usercenter_audit.chain SET audit_id = -1 WHERE audit_id = "
                    + third
                    + "; UPDATE usercenter_audit.chain SET audit_id = "
                    + third
                    + " WHERE audit_id = "
                    + id(first, 3)
                    + "; UPDATE usercenter_audit.chain SET audit_id = "
                    + id(first, 3)
                    + " WHERE audit_id = -1",
                "UPDATE usercenter_audit.chain SET audit_id = -1 WHERE audit_id = "
                    + third
                    + "; UPDATE usercenter_audit.chain SET audit_id = "
                    + third
                    + " WHERE audit_id = "
                    + id(first, 3)
                    + "; UPDATE usercenter_audit.chain SET audit_id = "
                    + id(first, 3)
                    + " WHERE audit_id = -1; UPDATE usercenter_audit.chain SET audit_id = -1 WHERE"
                    + " audit_id = 0",
                new Finding(Problem.LINK_CHANGED, place, id(first, 3))),
            new Harm(
                "a note",
                "UPDATE audit_note SET detail = 'note 9' WHERE audit_id = " + third,
                "UPDATE audit_note SET detail = 'note 3' WHERE audit_id = " + third,
                new Finding(Problem.NOTE_CHANGED, place, third)),
            new Harm(
                "a note of a player who is there",
                "CREATE TEMPORARY TABLE kept AS SELECT * FROM audit_note WHERE audit_id = "
                    + third
                    + "; DELETE FROM audit_note WHERE audit_id = "
                    + third,
                "INSERT INTO audit_note SELECT * FROM kept; DROP TABLE kept",
                new Finding(Problem.NOTE_MISSING, place, third)),
            new Harm(
                "the head, set back",
                "CREATE TEMPORARY TABLE kept AS SELECT * FROM audit_head; UPDATE audit_head SET"
                    + " position = position - 2",
                "DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM kept; DROP TABLE"
                    + " kept",
                new Finding(
                    Problem.HEAD_CHANGED, number("SELECT position - 2 FROM audit_head"), null)));
    for (Harm harm : harms) {
      execute(harm.done());
      AuditVerdict verdict = verify(from);
      assertThat(verdict.firstBad()).as(harm.what()).isEqualTo(harm.found());
      execute(harm.undone());
      assertThat(verify(from).firstBad()).as("after " + harm.what()).isNull();
    }
  }

  /** The last two lines go with their links: what stays is a chain in order, but a shorter one. */
  @Test
  void aTailThatWasCutOffIsMissed() throws SQLException {
    Instant from = Instant.now();
    for (int i = 1; i <= 4; i++) {
      log().add("ann", "KICK", PLAYER, "", "DONE", "10.0.0.1");
    }
    sealed();
    AuditVerdict before = verify(from);
    AuditChain.Witness witness = witness(before);
    long end = witness.position();
    execute(
        "CREATE TEMPORARY TABLE links AS SELECT * FROM usercenter_audit.chain WHERE position > "
            + (end - 2)
            + "; CREATE TEMPORARY TABLE tail AS SELECT e.* FROM usercenter_audit.entry e JOIN links"
            + " USING (audit_id); DELETE FROM usercenter_audit.entry WHERE audit_id IN (SELECT"
            + " audit_id FROM links); DELETE FROM usercenter_audit.chain WHERE position > "
            + (end - 2));
    assertThat(verify(from).firstBad()).isEqualTo(new Finding(Problem.TRUNCATED, end - 1, null));

    // Who can write to both databases puts an older head back, and only what was kept elsewhere
    // tells.
    AuditDigests digests = service.bean(AuditDigests.class);
    byte[] link = service.bean(AuditMapper.class).link(end - 2).orElseThrow().link();
    execute("CREATE TEMPORARY TABLE head AS SELECT * FROM audit_head");
    service.bean(AuditMapper.class).moveHead(end - 2, link, digests.ofHead(end - 2, link));
    assertThat(verify(from).firstBad()).isNull();
    assertThat(chain().verify(from, null, 0, witness).firstBad())
        .isEqualTo(new Finding(Problem.TRUNCATED, end - 1, null));

    execute(
        "INSERT INTO usercenter_audit.entry SELECT * FROM tail; INSERT INTO usercenter_audit.chain"
            + " SELECT * FROM links; DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM"
            + " head; DROP TABLE tail; DROP TABLE links; DROP TABLE head");
    AuditVerdict after = chain().verify(from, null, 0, witness);
    assertThat(after.firstBad()).isNull();
    assertThat(after.verified()).isEqualTo(before.verified());
  }

  @Test
  void erasingAPlayerLeavesTheChainWhole() throws SQLException {
    Instant from = Instant.now();
    UserId gone = new UserId(7_777_777_000_002L);
    log().add("ann", "BAN", gone, "he is called Bob", "INTENDED", "10.0.0.1");
    log().add("ann", "BAN", gone, "he is called Bob", "DONE", "10.0.0.1");
    sealed();
    log().eraseNotes(gone);
    log().eraseNotes(gone);
    sealed();

    AuditVerdict verdict = verify(from);
    assertThat(verdict.firstBad()).isNull();
    assertThat(verdict.erased()).isEqualTo(2);
    assertThat(log().about(gone))
        .extracting(AuditEntry::action, AuditEntry::detail, AuditEntry::outcome)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("ERASE_NOTES", "", "DONE"),
            org.assertj.core.groups.Tuple.tuple("BAN", "", "DONE"),
            org.assertj.core.groups.Tuple.tuple("BAN", "", "INTENDED"));
  }

  /** Four that add and three that seal; and one whose transaction is open all the while. */
  @Test
  void linesThatComeAtOnceOrLateAllGetOnePlace() throws Exception {
    Instant from = Instant.now();
    String late = "late" + System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      service
          .bean(io.usercenter.platform.AdminTransactions.class)
          .in(
              () -> {
                log().add(late, "LATE", null, "", "DONE", "");
                for (int i = 0; i < 4; i++) {
                  String who = "writer" + i;
                  all.add(
                      threads.submit(
                          () -> {
                            for (int n = 0; n < 50; n++) {
                              log().add(who, "WRITE", null, "n" + n, "DONE", "10.0.0.1");
                            }
                          }));
                }
                for (int i = 0; i < 3; i++) {
                  all.add(
                      threads.submit(
                          () -> {
                            for (int n = 0; n < 30; n++) {
                              service.bean(AuditSealer.class).seal();
                            }
                          }));
                }
                for (Future<?> each : all) {
                  join(each);
                }
                service.bean(AuditSealer.class).look();
                return true;
              });
    }
    sealed();
    AuditVerdict verdict = verify(from);
    assertThat(verdict.firstBad()).isNull();
    assertThat(verdict.waiting()).isZero();
    assertThat(verdict.verified()).isGreaterThanOrEqualTo(201);
    assertThat(
            number(
                "SELECT COUNT(*) FROM usercenter_audit.chain c JOIN usercenter_audit.entry e USING"
                    + " (audit_id) WHERE e.operator = '"
                    + late
                    + "'"))
        .isEqualTo(1);
    assertThat(log().search(by("writer2", null), 100))
        .extracting(AuditEntry::detail)
        .startsWith("n49", "n48");
  }

  @Test
  void pagesGoOnWhereTheLastOneEnded() {
    String who = "pager" + System.nanoTime();
    for (int i = 0; i < 5; i++) {
      log().add(who, "PAGE", i % 2 == 0 ? PLAYER : null, "p" + i, "DONE", "10.0.0.1");
    }
    List<AuditEntry> first = log().search(by(who, null), 3);
    List<AuditEntry> second = log().search(by(who, first.getLast().auditId()), 3);
    assertThat(first).extracting(AuditEntry::detail).containsExactly("p4", "p3", "p2");
    assertThat(second).extracting(AuditEntry::detail).containsExactly("p1", "p0");
    Instant end = second.getFirst().at();
    assertThat(log().search(new AuditSearch(who, "PAGE", PLAYER, "DONE", null, end, null), 10))
        .extracting(AuditEntry::targetUserId)
        .allMatch(PLAYER::equals);
    assertThat(log().search(new AuditSearch(who, "OTHER", null, null, null, null, null), 10))
        .isEmpty();
  }

  /** With the very grants that docker-compose.yml gives. */
  @Test
  void theAccountOfTheServiceMayAddAndReadAndNothingElse() throws Exception {
    execute("CREATE USER IF NOT EXISTS 'usercenter'@'%' IDENTIFIED BY 'service-of-test'");
    execute("CREATE USER IF NOT EXISTS 'usercenter_migrate'@'%' IDENTIFIED BY 'migrate-of-test'");
    String grants =
        Files.readString(Path.of(System.getProperty("uc.root"), "deploy/mysql/grants.sql"));
    execute(grants.replaceAll("(?m)^--.*$", ""));
    String entry = "usercenter_audit.entry";
    try (Connection connection =
            DriverManager.getConnection(
                Backends.mysql().jdbcUrl("usercenter_admin"), "usercenter", "service-of-test");
        Statement statement = connection.createStatement()) {
      for (String forbidden :
          List.of(
              "UPDATE " + entry + " SET operator = 'x'",
              "DELETE FROM " + entry,
              "TRUNCATE TABLE " + entry,
              "DROP TABLE " + entry,
              "ALTER TABLE " + entry + " DROP COLUMN ip",
              "ALTER TABLE " + entry + " TRUNCATE PARTITION p_rest",
              "REPLACE INTO " + entry + " SELECT * FROM " + entry + " LIMIT 1",
              "INSERT INTO usercenter_audit.chain SELECT * FROM usercenter_audit.chain LIMIT 1 ON"
                  + " DUPLICATE KEY UPDATE link = ''",
              "UPDATE usercenter_audit.chain SET link = ''",
              "DELETE FROM usercenter_audit.chain",
              "DROP DATABASE usercenter_audit",
              "RENAME TABLE " + entry + " TO usercenter_admin.entry",
              "DROP PROCEDURE usercenter_audit.make_partitions",
              "CALL usercenter_audit.make_partition('usercenter_audit', 'entry', '2099-01-01',"
                  + " 9000000000000000000)")) {
        assertThatThrownBy(() -> statement.execute(forbidden))
            .as(forbidden)
            .hasMessageContaining("denied");
      }
      assertThat(AuditPartitions.mayChange(statement)).isFalse();
      statement.execute("CALL usercenter_audit.make_partitions()");
      connection.setAutoCommit(false);
      statement.execute(
          "INSERT INTO "
              + entry
              + " SELECT 1, at, operator, action, target_user_id, outcome, ip, trace_id,"
              + " note_digest, mac FROM "
              + entry
              + " LIMIT 1");
      statement.execute("UPDATE usercenter_admin.audit_head SET position = position");
      connection.rollback();
    }
    assertThat(AuditPartitions.mayChange(sql)).isTrue();
  }

  @Test
  void monthsAreMadeAhead() throws SQLException {
    for (String table : List.of("entry", "audit_note")) {
      assertThat(
              number(
                  "SELECT COUNT(*) FROM information_schema.partitions WHERE table_schema LIKE"
                      + " 'usercenter_a%' AND table_name = '"
                      + table
                      + "' AND partition_name <> 'p_rest' AND partition_name >= DATE_FORMAT("
                      + "UTC_DATE(), 'p%Y%m')"))
          .isEqualTo(4);
    }
    log().add("ann", "PARTITION", null, "x", "DONE", "");
    assertThat(number("SELECT COUNT(*) FROM usercenter_audit.entry PARTITION (p_rest)"))
        .as("lines of clocks that go right do not come into the rest")
        .isEqualTo(
            number(
                "SELECT COUNT(*) FROM usercenter_audit.entry WHERE at >= DATE_FORMAT(UTC_DATE(),"
                    + " '%Y-%m-01') + INTERVAL 4 MONTH"));
  }

  private record Harm(String what, String done, String undone, Finding found) {}

  private static AuditSearch by(String operator, @Nullable Long after) {
    return new AuditSearch(operator, null, null, null, null, null, after);
  }

  private static AuditLog log() {
    return service.bean(AuditLog.class);
  }

  private static AuditChain chain() {
    return service.bean(AuditChain.class);
  }

  private static AuditVerdict verify(Instant from) {
    return chain().verify(from, null, 0, null);
  }

  private static AuditChain.Witness witness(AuditVerdict verdict) {
    String[] parts = verdict.head().split(":", 2);
    return new AuditChain.Witness(Long.parseLong(parts[0]), parts[1]);
  }

  /** What was written so far has its place. */
  private static void sealed() throws SQLException {
    io.usercenter.it.Eventually.holds(
        "all lines are sealed",
        java.time.Duration.ofSeconds(20),
        () -> {
          service.bean(AuditSealer.class).look();
          return service.bean(AuditMapper.class).countPending() == 0;
        });
  }

  private static void join(Future<?> task) {
    try {
      task.get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static long floor(Instant from) {
    return AuditIds.floor(from);
  }

  private static long id(long first, int later) throws SQLException {
    return number(
        "SELECT audit_id FROM usercenter_audit.entry WHERE audit_id >= "
            + first
            + " AND operator = 'ann' ORDER BY audit_id LIMIT 1 OFFSET "
            + later);
  }

  private static long place(long auditId) throws SQLException {
    return number("SELECT position FROM usercenter_audit.chain WHERE audit_id = " + auditId);
  }

  private static void execute(String statements) throws SQLException {
    for (String statement : statements.split(";\\s*", -1)) {
      if (!statement.isBlank()) {
        sql.execute(statement);
      }
    }
  }

  private static long number(String query) throws SQLException {
    return Long.parseLong(hex(query));
  }

  private static String hex(String query) throws SQLException {
    try (ResultSet row = sql.executeQuery(query)) {
      assertThat(row.next()).as(query).isTrue();
      return Objects.requireNonNull(row.getString(1));
    }
  }
}
