package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.shard.ShardPools;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * The writing side of table {@code role}. A batch travels as one JSON parameter, so that a
 * statement has one text whatever the size of the batch and stays prepared on the server.
 */
final class RoleTable {
  private static final DateTimeFormatter DATETIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);
  private static final JsonMapper JSON = new JsonMapper();

  /** The collations are those of the columns, or the joins could not use the primary key. */
  private static final String READ =
      """
      SELECT u.user_id IS NOT NULL, r.revision, r.state, r.last_login_at
        FROM JSON_TABLE(?, '$[*]' COLUMNS (
               n         FOR ORDINALITY,
               user_id   BIGINT PATH '$[0]',
               server_id VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[1]',
               role_id   VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[2]')) e
        LEFT JOIN user u ON u.user_id = e.user_id
                        AND u.status IN ('ACTIVE', 'PENDING_DELETION')
        LEFT JOIN role r ON r.user_id = e.user_id AND r.server_id = e.server_id
                        AND r.role_id = e.role_id
       ORDER BY e.n
      """;

  /**
   * Assignments run left to right and read what the ones before have set, so {@code revision} is
   * raised last (MySQL Reference Manual, "UPDATE Statement" and "INSERT ... ON DUPLICATE KEY UPDATE
   * Statement"). {@code last_login_at} does not ask for the revision: it only goes forward.
   */
  private static final String UPSERT =
      """
      INSERT INTO role (user_id, server_id, role_id, channel, name, level, job, power,
                        last_login_at, state, revision, updated_at)
      SELECT e.user_id, e.server_id, e.role_id, e.channel, e.name, e.level, e.job, e.power,
             e.last_login_at, e.state, e.revision, UTC_TIMESTAMP(3)
        FROM JSON_TABLE(?, '$[*]' COLUMNS (
               user_id       BIGINT      PATH '$[0]',
               server_id     VARCHAR(32) PATH '$[1]',
               role_id       VARCHAR(64) PATH '$[2]',
               channel       VARCHAR(32) PATH '$[3]',
               name          VARCHAR(64) PATH '$[4]',
               level         INT         PATH '$[5]',
               job           VARCHAR(32) PATH '$[6]',
               power         BIGINT      PATH '$[7]',
               last_login_at DATETIME(3) PATH '$[8]',
               state         VARCHAR(16) PATH '$[9]',
               revision      BIGINT      PATH '$[10]')) e
      ON DUPLICATE KEY UPDATE
        channel       = IF(VALUES(revision) > role.revision, VALUES(channel), role.channel),
        name          = IF(VALUES(revision) > role.revision, VALUES(name), role.name),
        level         = IF(VALUES(revision) > role.revision, VALUES(level), role.level),
        job           = IF(VALUES(revision) > role.revision, VALUES(job), role.job),
        power         = IF(VALUES(revision) > role.revision, VALUES(power), role.power),
        state         = IF(VALUES(revision) > role.revision, VALUES(state), role.state),
        updated_at    = IF(VALUES(revision) > role.revision, VALUES(updated_at), role.updated_at),
        last_login_at = IF(role.last_login_at IS NULL
                           OR VALUES(last_login_at) > role.last_login_at,
                           VALUES(last_login_at), role.last_login_at),
        revision      = GREATEST(role.revision, VALUES(revision))
      """;

  /** Revision 0: any picture that a game server sends is newer. */
  private static final String INSERT =
      """
      INSERT INTO role (user_id, server_id, role_id, channel, name, level, job, power,
                        last_login_at, created_at, state, revision, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'ACTIVE', 0, UTC_TIMESTAMP(3))\
      """;

  private final ShardPools pools;

  RoleTable(ShardPools pools) {
    this.pools = pools;
  }

  /** How far a character was known before a batch. */
  record Known(boolean userExists, @Nullable Version version) {}

  /** What decides whether an event brings news. */
  record Version(long revision, Role.State state, @Nullable Instant lastLoginAt) {}

  /** One answer for each key, in their order. */
  List<Known> read(Shard shard, List<RoleKey> keys) throws SQLException {
    ArrayNode rows = JSON.createArrayNode();
    for (RoleKey key : keys) {
      addKey(rows.addArray(), key);
    }
    List<Known> known = new ArrayList<>(keys.size());
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement statement = connection.prepareStatement(READ)) {
      statement.setString(1, JSON.writeValueAsString(rows));
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          known.add(new Known(result.getBoolean(1), version(result)));
        }
      }
    }
    return known;
  }

  /** Raises every row that a newer one is given for; all of them or none. */
  void upsert(Shard shard, Map<RoleKey, RoleRow> roles) throws SQLException {
    ArrayNode rows = JSON.createArrayNode();
    roles.forEach(
        (key, row) -> {
          RolePicture picture = row.picture();
          ArrayNode columns = rows.addArray();
          addKey(columns, key);
          columns.add(picture.channel()).add(picture.name()).add(picture.level());
          columns.add(picture.job()).add(picture.power());
          Instant login = row.lastLoginAt();
          if (login == null) {
            columns.addNull();
          } else {
            columns.add(DATETIME.format(login));
          }
          columns.add(row.state().name()).add(row.revision());
        });
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement statement = connection.prepareStatement(UPSERT)) {
      statement.setString(1, JSON.writeValueAsString(rows));
      statement.executeUpdate();
    }
  }

  /** Writes characters of users who had none, as a part of a transaction in their shard. */
  static void insert(Connection connection, Map<RoleKey, LegacyRole> roles) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (Map.Entry<RoleKey, LegacyRole> each : roles.entrySet()) {
        LegacyRole role = each.getValue();
        insert.setLong(1, each.getKey().userId().value());
        insert.setString(2, role.serverId().value());
        insert.setString(3, role.roleId().value());
        insert.setString(4, role.picture().channel());
        insert.setString(5, role.picture().name());
        insert.setInt(6, role.picture().level());
        insert.setString(7, role.picture().job());
        insert.setLong(8, role.picture().power());
        insert.setObject(9, utc(role.lastLoginAt()));
        insert.setObject(10, utc(role.createdAt()));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static @Nullable LocalDateTime utc(@Nullable Instant instant) {
    return instant == null ? null : LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
  }

  static @Nullable Instant instant(ResultSet result, String column) throws SQLException {
    LocalDateTime utc = result.getObject(column, LocalDateTime.class);
    return utc == null ? null : utc.toInstant(ZoneOffset.UTC);
  }

  private static void addKey(ArrayNode columns, RoleKey key) {
    columns.add(key.userId().value()).add(key.serverId().value()).add(key.roleId().value());
  }

  private static @Nullable Version version(ResultSet result) throws SQLException {
    String state = result.getString("state");
    return state == null
        ? null
        : new Version(
            result.getLong("revision"),
            Role.State.valueOf(state),
            instant(result, "last_login_at"));
  }
}
