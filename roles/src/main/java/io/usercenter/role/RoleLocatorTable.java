package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.shard.ShardPools;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * Table {@code role_locator}: who owns a role id. Its {@code revision} is only the guard of this
 * table; it rises when an owner is claimed, not with every change of the character.
 */
final class RoleLocatorTable {
  private static final JsonMapper JSON = new JsonMapper();

  /** {@code revision} last, as in {@link RoleTable}. A claim of revision 0 never ousts an owner. */
  private static final String CLAIM =
      """
      INSERT INTO role_locator (role_id, server_id, user_id, revision)
      SELECT e.role_id, e.server_id, e.user_id, e.revision
        FROM JSON_TABLE(?, '$[*]' COLUMNS (
               role_id   VARCHAR(64) PATH '$[0]',
               server_id VARCHAR(32) PATH '$[1]',
               user_id   BIGINT      PATH '$[2]',
               revision  BIGINT      PATH '$[3]')) e
      ON DUPLICATE KEY UPDATE
        user_id  = IF(VALUES(revision) > role_locator.revision, VALUES(user_id),
                      role_locator.user_id),
        revision = GREATEST(role_locator.revision, VALUES(revision))
      """;

  private static final String REMOVE =
      "DELETE FROM role_locator WHERE role_id = ? AND server_id = ? AND user_id = ?";

  /** The collations are those of the columns, or the joins could not use the primary key. */
  private static final String KEYS =
      """
      JSON_TABLE(?, '$[*]' COLUMNS (
        n         FOR ORDINALITY,
        role_id   VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[0]',
        server_id VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[1]',
        user_id   BIGINT PATH '$[2]')) e
        JOIN role_locator l ON l.role_id = e.role_id AND l.server_id = e.server_id
      """;

  private static final String OF_OTHERS =
      "SELECT e.n FROM " + KEYS + " WHERE l.user_id <> e.user_id";

  private static final String DELETE = "DELETE l FROM " + KEYS + " WHERE l.user_id = e.user_id";

  private static final String OWNERS =
      "SELECT user_id, server_id FROM role_locator WHERE role_id = ? ORDER BY server_id LIMIT ?";

  private final ShardPools pools;

  RoleLocatorTable(ShardPools pools) {
    this.pools = pools;
  }

  /** Makes the user the owner wherever the revision is higher than that of the last claim. */
  void claim(Shard shard, Map<RoleKey, Long> revisions) throws SQLException {
    ArrayNode rows = JSON.createArrayNode();
    revisions.forEach((key, revision) -> addKey(rows, key).add(revision.longValue()));
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement statement = connection.prepareStatement(CLAIM)) {
      statement.setString(1, JSON.writeValueAsString(rows));
      statement.executeUpdate();
    }
  }

  /** Forgets that the user owns a character, if he still does. */
  void remove(Shard shard, RoleKey key) throws SQLException {
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement statement = connection.prepareStatement(REMOVE)) {
      statement.setString(1, key.roleId().value());
      statement.setString(2, key.serverId().value());
      statement.setLong(3, key.userId().value());
      statement.executeUpdate();
    }
  }

  /** Which of these role ids belong to another user than the key says. */
  List<RoleKey> ofOthers(Shard shard, List<RoleKey> keys) throws SQLException {
    List<RoleKey> others = new ArrayList<>();
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement statement = connection.prepareStatement(OF_OTHERS)) {
      statement.setString(1, json(keys));
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          others.add(keys.get(result.getInt(1) - 1));
        }
      }
    }
    return others;
  }

  /** Takes role ids away from these users, where they have them. */
  void delete(Shard shard, List<RoleKey> keys) throws SQLException {
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement statement = connection.prepareStatement(DELETE)) {
      statement.setString(1, json(keys));
      statement.executeUpdate();
    }
  }

  private static String json(List<RoleKey> keys) {
    ArrayNode rows = JSON.createArrayNode();
    keys.forEach(key -> addKey(rows, key));
    return JSON.writeValueAsString(rows);
  }

  private static ArrayNode addKey(ArrayNode rows, RoleKey key) {
    return rows.addArray()
        .add(key.roleId().value())
        .add(key.serverId().value())
        .add(key.userId().value());
  }

  List<RoleOwner> owners(Shard shard, RoleId roleId, int limit) throws SQLException {
    List<RoleOwner> owners = new ArrayList<>();
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement statement = connection.prepareStatement(OWNERS)) {
      statement.setString(1, roleId.value());
      statement.setInt(2, limit);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          owners.add(
              new RoleOwner(
                  new UserId(result.getLong("user_id")),
                  new ServerId(result.getString("server_id"))));
        }
      }
    }
    return owners;
  }
}
