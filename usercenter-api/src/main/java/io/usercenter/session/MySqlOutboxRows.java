package io.usercenter.session;

import io.usercenter.id.Shard;
import io.usercenter.shard.ShardPools;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The rows of {@code outbox}, read past ShardingSphere, which wants a user in each statement. */
final class MySqlOutboxRows implements OutboxRows {
  static final String KIND = "REVOCATION";

  /** Rows that are removed in one statement, so that none holds its locks for long. */
  private static final int FORGOTTEN_AT_ONCE = 2_000;

  private final ShardPools pools;

  MySqlOutboxRows(ShardPools pools) {
    this.pools = pools;
  }

  @Override
  public List<Row> waiting(Shard shard, int limit) throws SQLException {
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT seq, payload FROM outbox
                WHERE kind = ? AND announced_at IS NULL ORDER BY seq LIMIT ?
                """)) {
      select.setString(1, KIND);
      select.setInt(2, limit);
      return rows(select);
    }
  }

  @Override
  public void announced(Shard shard, List<Row> rows, Instant at) throws SQLException {
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement update =
            connection.prepareStatement("UPDATE outbox SET announced_at = ? WHERE seq = ?")) {
      for (Row row : rows) {
        update.setTimestamp(1, Timestamp.from(at));
        update.setLong(2, row.seq());
        update.addBatch();
      }
      update.executeBatch();
    }
  }

  @Override
  public List<Row> decidedSince(Shard shard, Instant from, long after, int limit)
      throws SQLException {
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT seq, payload FROM outbox
                WHERE kind = ? AND created_at >= ? AND seq > ? ORDER BY seq LIMIT ?
                """)) {
      select.setString(1, KIND);
      select.setTimestamp(2, Timestamp.from(from));
      select.setLong(3, after);
      select.setInt(4, limit);
      return rows(select);
    }
  }

  private static List<Row> rows(PreparedStatement select) throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (ResultSet found = select.executeQuery()) {
      while (found.next()) {
        rows.add(new Row(found.getLong(1), found.getString(2)));
      }
    }
    return rows;
  }

  @Override
  public void forget(Shard shard, Instant announcedBefore) throws SQLException {
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM outbox WHERE kind = ? AND announced_at < ? ORDER BY announced_at, seq"
                    + " LIMIT "
                    + FORGOTTEN_AT_ONCE)) {
      delete.setString(1, KIND);
      delete.setTimestamp(2, Timestamp.from(announcedBefore));
      delete.executeUpdate();
    }
  }
}
