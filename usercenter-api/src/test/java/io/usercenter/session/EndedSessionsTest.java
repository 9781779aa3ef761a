package io.usercenter.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import io.usercenter.it.Usercenter;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which sessions are removed, and that only one instance does it. */
class EndedSessionsTest {
  private static final Shard SHARD = new Shard(7);

  /** Nobody's: more sessions than are looked at in one go, and neighbours before and after. */
  private static final List<Long> USERS = List.of(7L, 32L + 7, 64L + 7);

  private static final int MANY = 4_100;

  @Test
  void whatEndedLongAgoIsRemovedAndNothingElse() throws SQLException {
    MySqlServer mysql = Backends.mysql();
    String database = Shards.database(SHARD);
    try (Usercenter service = Usercenter.start(mysql, Backends.redis());
        Connection connection =
            DriverManager.getConnection(mysql.jdbcUrl(database), mysql.user(), mysql.password());
        Statement lock = connection.createStatement()) {
      for (long user : USERS) {
        add(connection, user, 1, "NOW(3) + INTERVAL 1 DAY", "NULL");
        add(connection, user, 2, "NOW(3) - INTERVAL 29 DAY", "NULL");
        add(connection, user, 3, "NOW(3) - INTERVAL 31 DAY", "NULL");
        add(connection, user, 4, "NOW(3) + INTERVAL 1 DAY", "NOW(3) - INTERVAL 29 DAY");
        add(connection, user, 5, "NOW(3) + INTERVAL 1 DAY", "NOW(3) - INTERVAL 31 DAY");
      }
      connection.setAutoCommit(false);
      for (int i = 0; i < MANY; i++) {
        add(connection, USERS.get(1), 6 + i, "NOW(3) - INTERVAL 31 DAY", "NULL");
      }
      connection.setAutoCommit(true);

      EndedSessions ended = service.bean(EndedSessions.class);
      lock.execute("SELECT GET_LOCK('ended sessions of " + database + "', 10)");
      ended.remove();
      assertThat(sessions(connection)).as("another is at it").hasSize(3 * 5 + MANY);

      lock.execute("SELECT RELEASE_LOCK('ended sessions of " + database + "')");
      ended.remove();
      assertThat(sessions(connection))
          .containsExactly("7 1", "7 2", "7 4", "39 1", "39 2", "39 4", "71 1", "71 2", "71 4");
      lock.execute("DELETE FROM session WHERE user_id <= 71");
    }
  }

  private static List<String> sessions(Connection connection) throws SQLException {
    List<String> sessions = new ArrayList<>();
    try (Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery(
                "SELECT user_id, session_id FROM session WHERE user_id <= 71"
                    + " ORDER BY user_id, session_id")) {
      while (row.next()) {
        sessions.add(row.getLong(1) + " " + row.getLong(2));
      }
    }
    return sessions;
  }

  private static void add(
      Connection connection, long user, long session, String expires, String revoked)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO session (user_id, session_id, device_class, channel, generation, rotated_at,
                                 created_at, created_ip, last_used_at, expires_at, revoked_at)
            VALUES (?, ?, 'pc', 'c', 0, NOW(3), NOW(3), '127.0.0.1', NOW(3), %s, %s)
            """
                .formatted(expires, revoked))) {
      insert.setLong(1, user);
      insert.setLong(2, session);
      insert.executeUpdate();
    }
  }
}
