package io.usercenter.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.it.Usercenter;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What notes of refreshes change in a real shard. */
class RefreshRowsTest {
  private static final MySqlServer MYSQL = Backends.mysql();
  private static final Shard SHARD = new Shard(9);
  private static Usercenter service;
  private static Connection shard;

  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

  @BeforeAll
  static void start() throws SQLException {
    service = Usercenter.start(MYSQL, Backends.redis());
    shard = connect();
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(
        MYSQL.jdbcUrl(Shards.database(SHARD)), MYSQL.user(), MYSQL.password());
  }

  @AfterAll
  static void stop() throws SQLException {
    execute("DELETE FROM session WHERE user_id < 100000");
    shard.close();
    service.close();
  }

  @Test
  void eachNoteChangesItsRowIfThatIsStillAtItsGenerationAndLives() throws SQLException {
    List<RotationNotes.Note> notes = new ArrayList<>();
    for (int user = 0; user < 700; user++) { // more than one statement takes
      UserId id = new UserId(32L * user + SHARD.number());
      add(id, -5, 3, "NULL");
      notes.add(note(id, -5, 3));
    }
    UserId moved = new UserId(32L * 1000 + SHARD.number());
    add(moved, 1, 5, "NULL");
    notes.add(note(moved, 1, 3));
    add(moved, 2, 3, "NOW(3)");
    notes.add(note(moved, 2, 3));
    notes.add(note(moved, 3, 3)); // is not there any more
    add(moved, 4, 3, "NULL");
    execute("UPDATE session SET expires_at = '%s' WHERE session_id = 4".formatted(sql(now)));
    notes.add(note(moved, 4, 3));
    add(moved, 5, 3, "NULL");
    String later = sql(now.plusSeconds(2));
    execute("UPDATE session SET last_used_at = '%s' WHERE session_id = 5".formatted(later));
    notes.add(note(moved, 5, 3));
    service.bean(RefreshRows.class).write(SHARD, notes);
    service.bean(RefreshRows.class).write(SHARD, notes); // told twice
    assertThat(
            texts(
                "SELECT DISTINCT CONCAT_WS(' ', generation, last_used_at, expires_at)"
                    + " FROM session WHERE session_id = -5"))
        .containsExactly("4 %s %s".formatted(sql(now), sql(now.plus(30, ChronoUnit.DAYS))));
    assertThat(texts("SELECT MIN(rotated_at) FROM session WHERE session_id = -5").getFirst())
        .as("when it was written")
        .isBetween(sql(now), sql(Instant.now()));
    assertThat(
            texts(
                "SELECT CONCAT_WS(' ', session_id, generation) FROM session WHERE user_id = "
                    + moved.value()))
        .as("moved on, ended, expired; used since")
        .containsExactly("1 5", "2 3", "4 3", "5 4");
    assertThat(texts("SELECT last_used_at FROM session WHERE session_id = 5"))
        .containsExactly(later);
  }

  @Test
  void aLockedSessionCostsTheNotesOfItsBatchAndHoldsUpNoOther() throws SQLException {
    List<RotationNotes.Note> notes = new ArrayList<>();
    for (int user = 0; user < 700; user++) {
      UserId id = new UserId(32L * user + SHARD.number());
      add(id, -6, 3, "NULL");
      notes.add(note(id, -6, 3));
    }
    try (Connection lost = connect();
        Statement lock = lost.createStatement()) {
      lost.setAutoCommit(false);
      lock.execute("SELECT 1 FROM session WHERE user_id = 329 AND session_id = -6 FOR UPDATE");
      assertThat(service.bean(RefreshRows.class).write(SHARD, notes)).isEqualTo(200);
    }
    assertThat(
            texts(
                "SELECT CONCAT_WS(' ', generation, COUNT(*), MIN(user_id) DIV 32)"
                    + " FROM session WHERE session_id = -6 GROUP BY generation"))
        .containsExactlyInAnyOrder("3 500 0", "4 200 500");
    try (Connection used = service.bean(ShardPools.class).of(SHARD).getConnection();
        Statement ask = used.createStatement();
        ResultSet patience =
            ask.executeQuery(
                "SELECT @@SESSION.innodb_lock_wait_timeout = @@GLOBAL.innodb_lock_wait_timeout")) {
      assertThat(patience.next()).isTrue();
      assertThat(patience.getBoolean(1)).as("of whoever has the connection next").isTrue();
    }
  }

  private RotationNotes.Note note(UserId user, long session, int generation) {
    return new RotationNotes.Note(user, session, generation, now, now.plus(30, ChronoUnit.DAYS));
  }

  private void add(UserId user, long session, int generation, String revoked) throws SQLException {
    execute(
        """
        INSERT INTO session (user_id, session_id, device_class, channel, generation, rotated_at,
                             created_at, created_ip, last_used_at, expires_at, revoked_at)
        SELECT %d, %d, 'pc', '', %d, at - INTERVAL 1 HOUR, at - INTERVAL 1 DAY, '',
               at - INTERVAL 1 HOUR, at + INTERVAL 1 DAY, %s FROM (SELECT CAST('%s' AS DATETIME(3)) at) t
        """
            .formatted(user.value(), session, generation, revoked, sql(now)));
  }

  private static String sql(Instant at) {
    return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT)
        .withZone(ZoneOffset.UTC)
        .format(at);
  }

  private static void execute(String sql) throws SQLException {
    try (Statement statement = shard.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> texts(String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement statement = shard.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }
}
