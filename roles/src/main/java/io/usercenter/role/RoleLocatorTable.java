package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import io.usercenter.scope.Condition;
import io.usercenter.shard.ShardPools;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * Table {@code role_locator}: who owns a role id. Its version is only the guard of this table; it
 * rises when an owner is claimed, not with every change of the character.
 */
final class RoleLocatorTable {
  private static final JsonMapper JSON = new JsonMapper();

  private static final String CLAIMS =
      """
      INTO role_locator (role_id, server_id, user_id, server_epoch, revision)
      SELECT e.role_id, e.server_id, e.user_id, e.server_epoch, e.revision
        FROM JSON_TABLE(?, '$[*]' COLUMNS (
               role_id      VARCHAR(64) PATH '$[0]',
               server_id    VARCHAR(32) PATH '$[1]',
               user_id      BIGINT      PATH '$[2]',
               server_epoch INT         PATH '$[3]',
               revision     BIGINT      PATH '$[4]')) e
      """;

  /** What somebody owns stays as it is. */
  private static final String INSERT = "INSERT IGNORE " + CLAIMS;

  private static final String NEWER =
      "(VALUES(server_epoch) > role_locator.server_epoch OR (VALUES(server_epoch) ="
          + " role_locator.server_epoch AND VALUES(revision) > role_locator.revision))";

  /**
   * Assignments run left to right and read what the ones before have set. The first notes whom a
   * newer claim ousts, unless a third one is noted still: then it has to wait, or nobody would bury
   * the row of that one. The second takes the place of the one just noted. From there on {@code
   * user_id} is the claimant's exactly where he has or got the place.
   */
  private static final String CLAIM =
      "INSERT "
          + CLAIMS
          + """
          ON DUPLICATE KEY UPDATE
            ousted_user_id = IF(%1$s AND VALUES(user_id) <> role_locator.user_id
                                AND (role_locator.ousted_user_id IS NULL
                                     OR role_locator.ousted_user_id = VALUES(user_id)),
                                role_locator.user_id, role_locator.ousted_user_id),
            user_id        = IF(%1$s AND role_locator.ousted_user_id <=> role_locator.user_id,
                                VALUES(user_id), role_locator.user_id),
            revision       = IF(%1$s AND VALUES(user_id) = role_locator.user_id,
                                VALUES(revision), role_locator.revision),
            server_epoch   = IF(VALUES(user_id) = role_locator.user_id,
                                GREATEST(role_locator.server_epoch, VALUES(server_epoch)),
                                role_locator.server_epoch)
          """
              .formatted(NEWER);

  private static final String SETTLED =
      "UPDATE role_locator SET ousted_user_id = NULL"
          + " WHERE role_id = ? AND server_id = ? AND ousted_user_id = ?"
          + " AND server_epoch = ? AND revision = ?";

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

  private static final String LEFT_KEYS = KEYS.replace("JOIN", "LEFT JOIN");

  private static final String OF_OTHERS =
      "SELECT e.n FROM " + KEYS + " WHERE l.user_id <> e.user_id";

  private static final String NOT_OWNED =
      "SELECT e.n FROM " + LEFT_KEYS + " WHERE l.user_id IS NULL OR l.user_id <> e.user_id";

  private static final String PLACES =
      "SELECT e.n, l.user_id, l.server_epoch, l.revision, l.ousted_user_id FROM "
          + KEYS
          + " WHERE l.user_id <> e.user_id OR l.ousted_user_id IS NOT NULL";

  private static final String DELETE = "DELETE l FROM " + KEYS + " WHERE l.user_id = e.user_id";

  private static final String OWNERS =
      "SELECT user_id, server_id FROM role_locator WHERE role_id = ? AND ";

  private final ShardPools pools;

  RoleLocatorTable(ShardPools pools) {
    this.pools = pools;
  }

  /**
   * Makes users the owners of what nobody owns.
   *
   * @return whether nobody owned any of it
   */
  boolean insert(Shard shard, Map<RoleKey, RoleVersion> claims) throws SQLException {
    return write(shard, INSERT, claims) == claims.size();
  }

  /** Makes the user the owner wherever the version is newer than that of the last claim. */
  void claim(Shard shard, Map<RoleKey, RoleVersion> claims) throws SQLException {
    write(shard, CLAIM, claims);
  }

  private int write(Shard shard, String sql, Map<RoleKey, RoleVersion> claims) throws SQLException {
    ArrayNode rows = JSON.createArrayNode();
    claims.forEach(
        (key, version) -> addKey(rows, key).add(version.serverEpoch()).add(version.revision()));
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, JSON.writeValueAsString(rows));
      return statement.executeUpdate();
    }
  }

  /** Of these role ids, those that others own or that somebody was ousted from. */
  Map<RoleKey, RoleTables.Place> disputed(Shard shard, List<RoleKey> keys) throws SQLException {
    Map<RoleKey, RoleTables.Place> places = new LinkedHashMap<>();
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement statement = connection.prepareStatement(PLACES)) {
      statement.setString(1, json(keys));
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          long ousted = result.getLong("ousted_user_id");
          places.put(
              keys.get(result.getInt(1) - 1),
              new RoleTables.Place(
                  new UserId(result.getLong("user_id")),
                  RoleTable.versionIn(result),
                  ousted == 0 ? null : new UserId(ousted)));
        }
      }
    }
    return places;
  }

  /** The row of who was ousted at this version shows the character no longer. */
  void settled(Shard shard, RoleKey ousted, RoleVersion at) throws SQLException {
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement statement = connection.prepareStatement(SETTLED)) {
      statement.setString(1, ousted.roleId().value());
      statement.setString(2, ousted.serverId().value());
      statement.setLong(3, ousted.userId().value());
      statement.setInt(4, at.serverEpoch());
      statement.setLong(5, at.revision());
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
    return some(shard, OF_OTHERS, keys);
  }

  /** Which of them belong to another user or to nobody. */
  List<RoleKey> notOwned(Shard shard, List<RoleKey> keys) throws SQLException {
    return some(shard, NOT_OWNED, keys);
  }

  private List<RoleKey> some(Shard shard, String sql, List<RoleKey> keys) throws SQLException {
    List<RoleKey> some = new ArrayList<>();
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, json(keys));
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          some.add(keys.get(result.getInt(1) - 1));
        }
      }
    }
    return some;
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

  List<RoleOwner> owners(Shard shard, RoleId roleId, Condition scope, int limit)
      throws SQLException {
    List<RoleOwner> owners = new ArrayList<>();
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement statement =
            connection.prepareStatement(OWNERS + scope.sql() + " ORDER BY server_id LIMIT ?")) {
      statement.setString(1, roleId.value());
      statement.setInt(scope.bind(statement, 2), limit);
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
