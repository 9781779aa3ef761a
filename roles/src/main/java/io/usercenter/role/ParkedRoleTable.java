package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.shard.ShardPools;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Table {@code parked_role}: characters whose players are not there (yet). */
final class ParkedRoleTable {
  private static final String OF_PRESENT =
      """
      SELECT p.* FROM parked_role p JOIN user u ON u.user_id = p.user_id
       WHERE u.status IN ('ACTIVE', 'PENDING_DELETION') LIMIT ?
      """;

  private static final String BEFORE =
      "SELECT * FROM parked_role WHERE parked_at < ? ORDER BY parked_at LIMIT ?";

  private static final String REMOVE =
      """
      DELETE FROM parked_role
       WHERE user_id = ? AND server_id = ? AND role_id = ? AND server_epoch = ? AND revision = ?
         AND last_login_at <=> ?
      """;

  private final ShardPools pools;

  ParkedRoleTable(ShardPools pools) {
    this.pools = pools;
  }

  /** Those whose players have appeared. */
  SortedMap<RoleKey, RoleRow> ofPresent(Shard shard, int atMost) throws SQLException {
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement select = connection.prepareStatement(OF_PRESENT)) {
      select.setInt(1, atMost);
      return rows(select);
    }
  }

  /** Those that were parked before this moment, oldest first. */
  SortedMap<RoleKey, RoleRow> before(Shard shard, Instant moment, int atMost) throws SQLException {
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement select = connection.prepareStatement(BEFORE)) {
      select.setObject(1, RoleTable.utc(moment));
      select.setInt(2, atMost);
      return rows(select);
    }
  }

  long count(Shard shard) throws SQLException {
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement select = connection.prepareStatement("SELECT COUNT(*) FROM parked_role");
        ResultSet result = select.executeQuery()) {
      return result.next() ? result.getLong(1) : 0;
    }
  }

  private static SortedMap<RoleKey, RoleRow> rows(PreparedStatement select) throws SQLException {
    SortedMap<RoleKey, RoleRow> rows = new TreeMap<>();
    try (ResultSet result = select.executeQuery()) {
      while (result.next()) {
        Map.Entry<RoleKey, RoleRow> row = RoleTable.row(result);
        rows.put(row.getKey(), row.getValue());
      }
    }
    return rows;
  }

  /** Removes these, unless they have changed since they were read. */
  void remove(Shard shard, Map<RoleKey, RoleRow> rows) throws SQLException {
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement delete = connection.prepareStatement(REMOVE)) {
      for (Map.Entry<RoleKey, RoleRow> each : rows.entrySet()) {
        RoleTable.setKey(delete, 1, each.getKey());
        delete.setInt(4, each.getValue().version().serverEpoch());
        delete.setLong(5, each.getValue().version().revision());
        delete.setObject(6, RoleTable.utc(each.getValue().lastLoginAt()));
        delete.addBatch();
      }
      delete.executeBatch();
    }
  }

  /**
   * The event that makes this row of nothing, except that a tombstone tells no login.
   *
   * @param otherwise when it happened, if the row does not say
   */
  static RoleEvent event(RoleKey key, RoleRow row, Instant otherwise) {
    Instant login = row.lastLoginAt();
    boolean pictured = row.version().revision() > 0;
    RoleEvent.Type type =
        row.state() == Role.State.DELETED
            ? RoleEvent.Type.ROLE_DELETED
            : login == null ? RoleEvent.Type.ROLE_UPDATED : RoleEvent.Type.ROLE_LOGGED_IN;
    return new RoleEvent(
        "parked",
        type,
        key.serverId(),
        key.userId(),
        key.roleId(),
        pictured ? row.version() : RoleVersion.of(1),
        login == null ? otherwise : login,
        pictured ? row.picture() : null,
        null);
  }
}
