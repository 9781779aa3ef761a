package io.usercenter.session;

import io.usercenter.account.Account;
import io.usercenter.account.AccountStatus;
import io.usercenter.account.Profile;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.platform.JsonTypeHandler;
import io.usercenter.role.PlayerRoles;
import io.usercenter.role.Role;
import io.usercenter.role.RoleDirectory;
import io.usercenter.shard.DatabaseUnavailableException;
import io.usercenter.shard.Deadlocks;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.TransientDataAccessResourceException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * The statements of a refresh. Every player sends it every quarter of an hour, so they go over the
 * pool of the shard by plain JDBC (ADR 5 has the price of the ordinary way).
 */
final class RefreshRows implements Generations {
  /** All it takes to refresh. */
  private static final String STATE_COLUMNS =
      """
      s.generation, s.rotated_at, s.created_at, s.expires_at, s.device_class, s.channel,
      s.revoke_reason, u.auth_epoch,
      EXISTS (SELECT 1 FROM $database.ban b WHERE b.user_id = s.user_id
                AND b.lifted_at IS NULL AND (b.ends_at IS NULL OR b.ends_at > ?))
      """;

  private static final String OF_THE_SESSION =
      " WHERE s.user_id = ? AND s.session_id = ? AND u.status IN ('ACTIVE', 'PENDING_DELETION')";

  private static final String READ =
      "SELECT "
          + STATE_COLUMNS
          + "FROM $database.session s JOIN $database.user u ON u.user_id = s.user_id"
          + OF_THE_SESSION;

  /** And to answer with the account and its characters: a row for each, or one without. */
  private static final String READ_WITH_OWNER =
      """
      SELECT $role_columns,
             COALESCE(u.login_name, u.username), u.display_name, u.nickname, u.profile,
             u.status, u.erase_after, u.channel, u.register_time, u.last_login_time,
             $state_columns
      FROM $database.session s JOIN $database.user u ON u.user_id = s.user_id
        LEFT JOIN $database.role r ON r.user_id = s.user_id AND r.state = 'ACTIVE'
      $of_the_session
      LIMIT $limit
      """
          .replace("$role_columns", RoleDirectory.COLUMNS)
          .replace("$state_columns", STATE_COLUMNS)
          .replace("$of_the_session", OF_THE_SESSION)
          .replace("$limit", Integer.toString(RoleDirectory.LIMIT));

  private static final int ACCOUNT = RoleDirectory.COLUMN_COUNT + 1;
  private static final int STATE_WITH_OWNER = ACCOUNT + 9;

  private static final String ROTATE =
      """
      UPDATE session
      SET generation = ?, rotated_at = ?, last_used_at = ?, expires_at = ?
      WHERE user_id = ? AND session_id = ? AND generation = ? AND revoked_at IS NULL AND expires_at > ?
      """;

  /**
   * The same for many, each if it still holds. How late the one before comes back counts from when
   * the row is written: until then it was answered alike.
   */
  private static final String ROTATE_MANY =
      """
      UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
               user_id    BIGINT      PATH '$[0]',
               session_id BIGINT      PATH '$[1]',
               generation INT         PATH '$[2]',
               at         DATETIME(3) PATH '$[3]',
               expires_at DATETIME(3) PATH '$[4]')) n
        STRAIGHT_JOIN session s ON s.user_id = n.user_id AND s.session_id = n.session_id
         SET s.generation = n.generation + 1, s.rotated_at = ?,
             s.last_used_at = GREATEST(s.last_used_at, n.at), s.expires_at = n.expires_at
       WHERE s.generation = n.generation AND s.revoked_at IS NULL AND s.expires_at > n.at
      """;

  private static final int BATCH = 500;
  private static final int ER_LOCK_WAIT_TIMEOUT = 1205;
  private static final DateTimeFormatter DATETIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT);

  private static final Logger log = LoggerFactory.getLogger(RefreshRows.class);

  private final ShardPools pools;
  private final List<String> reads; // by the number of the shard
  private final List<String> readsWithOwner;
  private final JsonTypeHandler<Profile> profiles;
  private final InstantSource clock;

  RefreshRows(ShardPools pools, JsonTypeHandler<Profile> profiles, InstantSource clock) {
    this.pools = pools;
    this.reads = ofEachShard(READ);
    this.readsWithOwner = ofEachShard(READ_WITH_OWNER);
    this.profiles = profiles;
    this.clock = clock;
  }

  private static List<String> ofEachShard(String sql) {
    return Shards.all().stream()
        .sorted()
        .map(shard -> sql.replace("$database", Shards.database(shard)))
        .toList();
  }

  /** The session of a user who is there; empty when there is none. */
  Optional<Returning> returning(UserId user, long session) {
    return read(user, session, false);
  }

  /** The same with its owner. */
  Optional<Returning> returningWithOwner(UserId user, long session) {
    return read(user, session, true);
  }

  @Override
  public Optional<SessionMapper.State> state(UserId user, long session) {
    return returning(user, session).map(Returning::state);
  }

  private Optional<Returning> read(UserId user, long session, boolean withOwner) {
    try {
      return read(pools.unselected(user.shard()), user, session, withOwner);
    } catch (DatabaseUnavailableException e) {
      throw failed("reading", user, session, e);
    } catch (SQLException e) { // of a connection that broke, or a database that is gone
      return readAgain(user, session, withOwner, e);
    }
  }

  /** Over a connection that is made sure of before it is used. */
  private Optional<Returning> readAgain(
      UserId user, long session, boolean withOwner, SQLException before) {
    try {
      return read(pools.of(user.shard()), user, session, withOwner);
    } catch (SQLException e) {
      e.addSuppressed(before);
      throw failed("reading", user, session, e);
    }
  }

  private Optional<Returning> read(DataSource shard, UserId user, long session, boolean withOwner)
      throws SQLException {
    List<String> sql = withOwner ? readsWithOwner : reads;
    try (Connection connection = shard.getConnection();
        PreparedStatement read = connection.prepareStatement(sql.get(user.shard().number()))) {
      read.setObject(1, now());
      read.setLong(2, user.value());
      read.setLong(3, session);
      try (ResultSet row = read.executeQuery()) {
        return row.next() ? Optional.of(returning(row, user, withOwner)) : Optional.empty();
      }
    }
  }

  private Returning returning(ResultSet row, UserId user, boolean withOwner) throws SQLException {
    int first = withOwner ? STATE_WITH_OWNER : 1;
    SessionMapper.State state =
        new SessionMapper.State(
            row.getInt(first),
            instant(row, first + 1),
            instant(row, first + 2),
            instant(row, first + 3),
            row.getString(first + 4),
            row.getString(first + 5),
            row.getString(first + 6),
            row.getInt(first + 7));
    boolean hasBans = row.getBoolean(first + 8);
    return new Returning(state, hasBans, withOwner ? owner(row, user, state) : null);
  }

  private ReturningSession.Owner owner(ResultSet row, UserId user, SessionMapper.State state)
      throws SQLException {
    Account account =
        new Account(
            user,
            row.getString(ACCOUNT),
            row.getString(ACCOUNT + 1),
            row.getString(ACCOUNT + 2),
            profiles.getResult(row, ACCOUNT + 3),
            AccountStatus.valueOf(row.getString(ACCOUNT + 4)),
            instantOrNull(row, ACCOUNT + 5),
            state.authEpoch(),
            row.getString(ACCOUNT + 6),
            instant(row, ACCOUNT + 7),
            instantOrNull(row, ACCOUNT + 8));
    return new ReturningSession.Owner(account, roles(row)); // last, as it goes on to the next rows
  }

  /** The characters, from this row on. */
  private static PlayerRoles roles(ResultSet row) throws SQLException {
    if (row.getString("role_id") == null) {
      return new PlayerRoles(List.of(), null);
    }
    List<Role> roles = new ArrayList<>();
    do {
      roles.add(RoleDirectory.read(row));
    } while (row.next());
    return RoleDirectory.existing(roles);
  }

  @Override
  public int rotate(
      UserId user, long session, int generation, int next, Instant at, Instant expiresAt) {
    try (Connection connection = pools.of(user.shard()).getConnection();
        PreparedStatement rotate = connection.prepareStatement(ROTATE)) {
      LocalDateTime now = utc(at);
      rotate.setInt(1, next);
      rotate.setObject(2, now);
      rotate.setObject(3, now);
      rotate.setObject(4, utc(expiresAt));
      rotate.setLong(5, user.value());
      rotate.setLong(6, session);
      rotate.setInt(7, generation);
      rotate.setObject(8, now);
      return rotate.executeUpdate();
    } catch (SQLException e) {
      throw failed("rotating", user, session, e);
    }
  }

  /**
   * Writes each note whose session is still at its generation and has not ended. Where somebody
   * keeps a session locked, those of its batch get lost: while a statement waits, it keeps the rows
   * before that one locked itself, and a host that is lost leaves its locks for hours.
   *
   * @return how many did not get lost
   */
  int write(Shard shard, List<RotationNotes.Note> notes) {
    int lost = 0;
    try (Connection connection = pools.of(shard).getConnection();
        Statement patience = connection.createStatement();
        PreparedStatement rotate = connection.prepareStatement(ROTATE_MANY)) {
      patience.execute("SET SESSION innodb_lock_wait_timeout = 1");
      try {
        for (int from = 0; from < notes.size(); from += BATCH) {
          List<RotationNotes.Note> batch =
              notes.subList(from, Math.min(notes.size(), from + BATCH));
          lost += write(rotate, batch) ? 0 : batch.size();
        }
      } finally {
        patience.execute("SET SESSION innodb_lock_wait_timeout = DEFAULT");
      }
    } catch (SQLException e) {
      throw new TransientDataAccessResourceException("writing refreshes of shard " + shard, e);
    }
    if (lost > 0) {
      log.warn("shard {}: {} refreshes stay unwritten, as a session is locked", shard, lost);
    }
    return notes.size() - lost;
  }

  /** Returns false when a session among them is locked. */
  private boolean write(PreparedStatement rotate, List<RotationNotes.Note> batch)
      throws SQLException {
    String json = json(batch);
    try {
      Deadlocks.retryingWrite(
          () -> {
            rotate.setString(1, json);
            rotate.setObject(2, now());
            rotate.executeUpdate();
          });
      return true;
    } catch (SQLException e) {
      if (e.getErrorCode() == ER_LOCK_WAIT_TIMEOUT) {
        return false;
      }
      throw e;
    }
  }

  private static String json(List<RotationNotes.Note> notes) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JsonMapper.shared().createGenerator(text)) {
      json.writeStartArray();
      for (RotationNotes.Note note : notes) {
        json.writeStartArray();
        json.writeNumber(note.userId().value());
        json.writeNumber(note.sessionId());
        json.writeNumber(note.generation());
        json.writeString(DATETIME.format(utc(note.at())));
        json.writeString(DATETIME.format(utc(note.expiresAt())));
        json.writeEndArray();
      }
      json.writeEndArray();
    }
    return text.toString();
  }

  private LocalDateTime now() {
    return utc(clock.instant().truncatedTo(ChronoUnit.MILLIS));
  }

  private static LocalDateTime utc(Instant instant) {
    return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
  }

  private static @Nullable Instant instantOrNull(ResultSet row, int column) throws SQLException {
    LocalDateTime utc = row.getObject(column, LocalDateTime.class);
    return utc == null ? null : utc.toInstant(ZoneOffset.UTC);
  }

  private static TransientDataAccessResourceException failed(
      String doing, UserId user, long session, SQLException e) {
    return new TransientDataAccessResourceException(
        doing + " session " + session + " of user " + user, e);
  }

  /**
   * A session, and whether any ban of its user stands.
   *
   * @param owner null when it was read without
   */
  record Returning(
      SessionMapper.State state, boolean hasBans, ReturningSession.@Nullable Owner owner) {}
}
