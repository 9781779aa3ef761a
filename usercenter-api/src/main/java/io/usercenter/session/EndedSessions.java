package io.usercenter.session;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.id.Shard;
import io.usercenter.platform.ShardRounds;
import io.usercenter.shard.Shards;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Removes sessions that ended long ago, of which every login leaves one. A refresh token of such a
 * session is unknown afterwards; before, it was told why the session ended.
 *
 * <p>A shard's sessions are read by their key, some at a time and without locks, rather than by an
 * index that every refresh would have to keep up. A lock of MySQL lets one instance do it.
 */
final class EndedSessions {
  private static final int AT_ONCE = 2_000;

  private final ShardRounds rounds;
  private final Duration keep;
  private final InstantSource clock;
  private final Counter removed;

  EndedSessions(
      ShardRounds rounds, SessionSettings settings, InstantSource clock, MeterRegistry meters) {
    this.rounds = rounds;
    this.keep = settings.keepEnded();
    this.clock = clock;
    this.removed =
        Counter.builder("uc.sessions.removed")
            .description("Sessions that ended long ago and were removed")
            .register(meters);
  }

  @Scheduled(initialDelay = 600_000, fixedDelay = 86_400_000)
  void remove() {
    Instant before = clock.instant().minus(keep);
    rounds.go(
        "removing ended sessions",
        (shard, connection) -> {
          if (lock(shard, connection, "SELECT GET_LOCK(?, 0)")) {
            try {
              remove(connection, before);
            } finally {
              lock(shard, connection, "SELECT RELEASE_LOCK(?)");
            }
          }
        });
  }

  private static boolean lock(Shard shard, Connection connection, String how) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(how)) {
      select.setString(1, "ended sessions of " + Shards.database(shard));
      try (ResultSet row = select.executeQuery()) {
        return row.next() && row.getInt(1) == 1;
      }
    }
  }

  private void remove(Connection connection, Instant before) throws SQLException {
    Key last = new Key(0, 0);
    while (last != null) {
      List<Key> ended = new ArrayList<>();
      last = next(connection, last, before, ended);
      removed.increment(delete(connection, ended, before));
    }
  }

  /** The last one looked at; null when there are no more. */
  private static @Nullable Key next(
      Connection connection, Key after, Instant before, List<Key> ended) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT user_id, session_id, LEAST(COALESCE(revoked_at, expires_at), expires_at) < ?
            FROM session
            WHERE user_id > ? OR (user_id = ? AND session_id > ?)
            ORDER BY user_id, session_id LIMIT ?
            """)) {
      select.setTimestamp(1, Timestamp.from(before));
      select.setLong(2, after.user());
      select.setLong(3, after.user());
      select.setLong(4, after.session());
      select.setInt(5, AT_ONCE);
      Key last = after;
      int seen = 0;
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          seen++;
          last = new Key(row.getLong(1), row.getLong(2));
          if (row.getBoolean(3)) {
            ended.add(last);
          }
        }
      }
      return seen < AT_ONCE ? null : last;
    }
  }

  private static int delete(Connection connection, List<Key> ended, Instant before)
      throws SQLException {
    int rows = 0;
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM session WHERE user_id = ? AND session_id = ?"
                + " AND LEAST(COALESCE(revoked_at, expires_at), expires_at) < ?")) {
      for (Key key : ended) {
        delete.setLong(1, key.user());
        delete.setLong(2, key.session());
        delete.setTimestamp(3, Timestamp.from(before));
        rows += delete.executeUpdate();
      }
    }
    return rows;
  }

  private record Key(long user, long session) {}
}
