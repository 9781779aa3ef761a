package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import io.usercenter.shard.ShardPools;
import java.io.StringWriter;
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
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * The writing side of table {@code role}. A batch travels as one JSON parameter, which MySQL reads
 * faster than as many values in the text of a statement, and whose length is no matter of the text.
 */
final class RoleTable {
  private static final DateTimeFormatter DATETIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);
  private static final JsonMapper JSON = new JsonMapper();

  /** Characters; longer ones cost a copy. */
  private static final int USUAL_ROW = 128;

  /** The collations are those of the columns, or the joins could not use the primary key. */
  private static final String READ =
      """
      SELECT u.status, r.server_epoch, r.revision, r.state, r.last_login_at
        FROM JSON_TABLE(?, '$[*]' COLUMNS (
               n         FOR ORDINALITY,
               user_id   BIGINT PATH '$[0]',
               server_id VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[1]',
               role_id   VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[2]')) e
        LEFT JOIN user u ON u.user_id = e.user_id
        LEFT JOIN role r ON r.user_id = e.user_id AND r.server_id = e.server_id
                        AND r.role_id = e.role_id
       ORDER BY e.n
      """;

  /** The collations are those of the columns, or the joins could not use the primary key. */
  private static final String ROWS =
      """
      JSON_TABLE(?, '$[*]' COLUMNS (
               user_id       BIGINT      PATH '$[0]',
               server_id     VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[1]',
               role_id       VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[2]',
               channel       VARCHAR(32) PATH '$[3]',
               name          VARCHAR(64) PATH '$[4]',
               level         INT         PATH '$[5]',
               job           VARCHAR(32) PATH '$[6]',
               power         BIGINT      PATH '$[7]',
               last_login_at DATETIME(3) PATH '$[8]',
               state         VARCHAR(16) PATH '$[9]',
               server_epoch  INT         PATH '$[10]',
               revision      BIGINT      PATH '$[11]',
               more          VARCHAR(8192) PATH '$[12]')) e\
      """;

  /**
   * Assignments run left to right and read what the ones before have set, so {@code revision} and
   * {@code server_epoch}, by which all others are decided, are raised last (MySQL Reference Manual,
   * "INSERT ... ON DUPLICATE KEY UPDATE Statement"). The epoch needs no condition: where the
   * version is not newer, the epoch is not higher. {@code last_login_at} only goes forward.
   */
  private static final String UPSERT =
      """
      INSERT INTO $table (user_id, server_id, role_id, channel, name, level, job, power,
                        last_login_at, state, server_epoch, revision, more, updated_at)
      SELECT e.user_id, e.server_id, e.role_id, e.channel, e.name, e.level, e.job, e.power,
             e.last_login_at, e.state, e.server_epoch, e.revision, e.more, UTC_TIMESTAMP(3)
        FROM $rows
      ON DUPLICATE KEY UPDATE
        channel       = IF($newer, VALUES(channel), $table.channel),
        name          = IF($newer, VALUES(name), $table.name),
        level         = IF($newer, VALUES(level), $table.level),
        job           = IF($newer, VALUES(job), $table.job),
        power         = IF($newer, VALUES(power), $table.power),
        state         = IF($newer, VALUES(state), $table.state),
        more          = IF($newer, VALUES(more), $table.more),
        updated_at    = IF($newer, VALUES(updated_at), $table.updated_at),
        last_login_at = IF($table.last_login_at IS NULL
                           OR VALUES(last_login_at) > $table.last_login_at,
                           VALUES(last_login_at), $table.last_login_at),
        revision      = IF($newer, VALUES(revision), $table.revision),
        server_epoch  = IF($table.state <> $grave, GREATEST($table.server_epoch, VALUES(server_epoch)),
                           $table.server_epoch)
      """;

  private static final String NEWER =
      "VALUES(server_epoch) > $table.server_epoch OR (VALUES(server_epoch) = $table.server_epoch"
          + " AND VALUES(revision) > $table.revision)";

  private static final String UPSERT_ROLE = upsertInto("role");
  private static final String UPSERT_PARKED = upsertInto("parked_role");

  /** The rows that are given are all {@code ACTIVE}, so no assignment changes the condition. */
  private static final String RAISE =
      UPSERT
          .replace("$rows", ROWS)
          .replace("$newer", "role.state = 'ACTIVE' AND (" + NEWER + ")")
          .replace("$grave", "'DELETED'")
          .replace("$table", "role");

  /**
   * In the order of the rows that are given, so that no two of these wait for each other. With more
   * than one table the order of the assignments is not defined (MySQL Reference Manual, "UPDATE
   * Statement"), so none reads what another one sets.
   */
  private static final String ADVANCE =
      """
      UPDATE $rows STRAIGHT_JOIN role r
          ON r.user_id = e.user_id AND r.server_id = e.server_id AND r.role_id = e.role_id
         SET r.channel = e.channel, r.name = e.name, r.level = e.level, r.job = e.job,
             r.power = e.power, r.more = e.more, r.updated_at = UTC_TIMESTAMP(3),
             r.last_login_at = IF(r.last_login_at IS NULL OR e.last_login_at > r.last_login_at,
                                  e.last_login_at, r.last_login_at),
             r.server_epoch = e.server_epoch, r.revision = e.revision
       WHERE r.state = 'ACTIVE'
         AND (e.server_epoch > r.server_epoch
              OR (e.server_epoch = r.server_epoch AND e.revision > r.revision))
      """
          .replace("$rows", ROWS);

  private static final String BURY =
      """
      UPDATE role SET state = 'DELETED', server_epoch = ?, revision = ?, updated_at = UTC_TIMESTAMP(3)
       WHERE user_id = ? AND server_id = ? AND role_id = ? AND state = 'ACTIVE'
         AND (server_epoch < ? OR (server_epoch = ? AND revision < ?))
      """;

  private static final String OF_SERVER =
      """
      SELECT * FROM role
       WHERE server_id = ? AND user_id BETWEEN ? AND ?
         AND (user_id > ? OR role_id > ?) AND (user_id < ? OR role_id <= ?)
       ORDER BY user_id, role_id LIMIT ?
      """;

  private static final String VERSION =
      "SELECT server_epoch, revision FROM role"
          + " WHERE user_id = ? AND server_id = ? AND role_id = ?";

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

  private static String upsertInto(String table) {
    return UPSERT
        .replace("$rows", ROWS)
        .replace("$newer", NEWER)
        .replace("$grave", "''")
        .replace("$table", table);
  }

  private static RoleTables.Player player(@Nullable String status) {
    if (status == null) {
      return RoleTables.Player.ABSENT;
    }
    return status.equals("ACTIVE") || status.equals("PENDING_DELETION")
        ? RoleTables.Player.PRESENT
        : RoleTables.Player.ERASED;
  }

  /** One answer for each key, in their order. */
  List<RoleTables.Known> read(Shard shard, List<RoleKey> keys) throws SQLException {
    String rows =
        json(
            keys.size(),
            json -> {
              for (RoleKey key : keys) {
                json.writeStartArray();
                writeKey(json, key);
                json.writeEndArray();
              }
            });
    List<RoleTables.Known> known = new ArrayList<>(keys.size());
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement statement = connection.prepareStatement(READ)) {
      statement.setString(1, rows);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          known.add(new RoleTables.Known(player(result.getString("status")), version(result)));
        }
      }
    }
    return known;
  }

  /** Raises every row that a newer one is given for; all of them or none. */
  void upsert(Shard shard, Map<RoleKey, RoleRow> roles) throws SQLException {
    var _ = write(shard, UPSERT_ROLE, roles);
  }

  /**
   * The same for rows that are in use, and leaves those alone that are not any more.
   *
   * @return whether all rows were changed
   */
  boolean raise(Shard shard, Map<RoleKey, RoleRow> roles) throws SQLException {
    // 2 for a row that was changed, 1 for a new one, 0 for one that stayed as it was (MySQL
    // Reference Manual, "INSERT ... ON DUPLICATE KEY UPDATE Statement"; useAffectedRows=true).
    return write(shard, RAISE, roles) == 2 * roles.size();
  }

  /**
   * Raises rows that are in use, without having read them. No row is made.
   *
   * @return whether all were changed
   */
  boolean advance(Shard shard, Map<RoleKey, RoleRow> roles) throws SQLException {
    return write(shard, ADVANCE, roles) == roles.size();
  }

  /** The same for characters whose players are not there. */
  void park(Shard shard, Map<RoleKey, RoleRow> roles) throws SQLException {
    var _ = write(shard, UPSERT_PARKED, roles);
  }

  private int write(Shard shard, String sql, Map<RoleKey, RoleRow> roles) throws SQLException {
    String rows = json(roles.size(), json -> roles.forEach((key, row) -> write(json, key, row)));
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, rows);
      return statement.executeUpdate();
    }
  }

  private static String json(int rows, Consumer<JsonGenerator> writer) {
    StringWriter text = new StringWriter(USUAL_ROW * rows);
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartArray();
      writer.accept(json);
      json.writeEndArray();
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, RoleKey key, RoleRow row) {
    RolePicture picture = row.picture();
    json.writeStartArray();
    writeKey(json, key);
    json.writeString(picture.channel());
    json.writeString(picture.name());
    json.writeNumber(picture.level());
    json.writeString(picture.job());
    json.writeNumber(picture.power());
    Instant login = row.lastLoginAt();
    if (login == null) {
      json.writeNull();
    } else {
      json.writeString(DATETIME.format(login));
    }
    json.writeString(row.state().name());
    json.writeNumber(row.version().serverEpoch());
    json.writeNumber(row.version().revision());
    if (!picture.more().isEmpty()) { // what is not there is NULL
      json.writeString(picture.more());
    }
    json.writeEndArray();
  }

  /**
   * Makes a tombstone of a character that somebody else has since this version, unless it is newer.
   *
   * @return the version of its row then, tombstone or not; null when there is none
   */
  @Nullable RoleVersion bury(Shard shard, RoleKey key, RoleVersion since) throws SQLException {
    try (Connection connection = pools.of(shard).getConnection()) {
      try (PreparedStatement statement = connection.prepareStatement(BURY)) {
        statement.setInt(1, since.serverEpoch());
        statement.setLong(2, since.revision());
        setKey(statement, 3, key);
        statement.setInt(6, since.serverEpoch());
        statement.setInt(7, since.serverEpoch());
        statement.setLong(8, since.revision());
        statement.executeUpdate();
      }
      try (PreparedStatement statement = connection.prepareStatement(VERSION)) {
        setKey(statement, 1, key);
        try (ResultSet result = statement.executeQuery()) {
          return result.next() ? new RoleVersion(result.getInt(1), result.getLong(2)) : null;
        }
      }
    }
  }

  SortedMap<RoleKey, RoleTables.Stored> ofServer(
      Shard shard, ServerId server, @Nullable RoleKey after, @Nullable RoleKey upTo, int atMost)
      throws SQLException {
    SortedMap<RoleKey, RoleTables.Stored> stored = new TreeMap<>();
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement statement = connection.prepareStatement(OF_SERVER)) {
      long first = after == null ? Long.MIN_VALUE : after.userId().value();
      long last = upTo == null ? Long.MAX_VALUE : upTo.userId().value();
      statement.setString(1, server.value());
      statement.setLong(2, first);
      statement.setLong(3, last);
      statement.setLong(4, first);
      statement.setString(5, after == null ? "" : after.roleId().value());
      statement.setLong(6, last);
      statement.setString(7, upTo == null ? "" : upTo.roleId().value());
      statement.setInt(8, atMost);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          Map.Entry<RoleKey, RoleRow> row = row(result);
          Instant changed = instant(result, "updated_at");
          stored.put(
              row.getKey(),
              new RoleTables.Stored(row.getValue(), changed == null ? Instant.MAX : changed));
        }
      }
    }
    return stored;
  }

  static void setKey(PreparedStatement statement, int from, RoleKey key) throws SQLException {
    statement.setLong(from, key.userId().value());
    statement.setString(from + 1, key.serverId().value());
    statement.setString(from + 2, key.roleId().value());
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

  static @Nullable LocalDateTime utc(@Nullable Instant instant) {
    return instant == null ? null : LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
  }

  static @Nullable Instant instant(ResultSet result, String column) throws SQLException {
    LocalDateTime utc = result.getObject(column, LocalDateTime.class);
    return utc == null ? null : utc.toInstant(ZoneOffset.UTC);
  }

  private static void writeKey(JsonGenerator json, RoleKey key) {
    json.writeNumber(key.userId().value());
    json.writeString(key.serverId().value());
    json.writeString(key.roleId().value());
  }

  private static RoleTables.@Nullable Version version(ResultSet result) throws SQLException {
    String state = result.getString("state");
    return state == null
        ? null
        : new RoleTables.Version(
            versionIn(result), Role.State.valueOf(state), instant(result, "last_login_at"));
  }

  static RoleVersion versionIn(ResultSet result) throws SQLException {
    return new RoleVersion(result.getInt("server_epoch"), result.getLong("revision"));
  }

  /** A row of {@code role}, whole. */
  static Role role(ResultSet result) throws SQLException {
    return new Role(
        new UserId(result.getLong("user_id")),
        new ServerId(result.getString("server_id")),
        new RoleId(result.getString("role_id")),
        result.getString("name"),
        result.getInt("level"),
        result.getString("job"),
        result.getLong("power"),
        result.getString("channel"),
        instant(result, "last_login_at"),
        Role.State.valueOf(result.getString("state")),
        versionIn(result),
        instant(result, "created_at"),
        result.getString("more"));
  }

  /** A row of {@code role} or {@code parked_role}, with its key. */
  static Map.Entry<RoleKey, RoleRow> row(ResultSet result) throws SQLException {
    return Map.entry(
        new RoleKey(
            new UserId(result.getLong("user_id")),
            new ServerId(result.getString("server_id")),
            new RoleId(result.getString("role_id"))),
        new RoleRow(
            new RolePicture(
                result.getString("name"),
                result.getInt("level"),
                result.getString("job"),
                result.getLong("power"),
                result.getString("channel"),
                Objects.requireNonNullElse(result.getString("more"), "")),
            Role.State.valueOf(result.getString("state")),
            versionIn(result),
            instant(result, "last_login_at")));
  }
}
