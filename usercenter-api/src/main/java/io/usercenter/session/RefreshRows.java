package io.usercenter.session;

import io.usercenter.account.Account;
import io.usercenter.account.AccountStatus;
import io.usercenter.account.Profile;
import io.usercenter.id.UserId;
import io.usercenter.platform.JsonTypeHandler;
import io.usercenter.shard.ShardPools;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.TransientDataAccessResourceException;

/**
 * The two statements of a refresh. Every player sends it every quarter of an hour, so they go over
 * the pool of the shard by plain JDBC (ADR 5 has the price of the ordinary way).
 */
final class RefreshRows implements Generations {
  /** All it takes to refresh, in one statement. */
  private static final String READ =
      """
      SELECT s.generation, s.rotated_at, s.created_at, s.expires_at, s.device_class, s.channel,
             s.revoke_reason, u.auth_epoch, COALESCE(u.login_name, u.username), u.display_name,
             u.nickname, u.profile, u.status, u.erase_after, u.channel, u.register_time,
             u.last_login_time,
             EXISTS (SELECT 1 FROM ban b WHERE b.user_id = s.user_id AND b.lifted_at IS NULL
                       AND (b.ends_at IS NULL OR b.ends_at > ?))
      FROM session s JOIN user u ON u.user_id = s.user_id
      WHERE s.user_id = ? AND s.session_id = ? AND u.status IN ('ACTIVE', 'PENDING_DELETION')
      """;

  private static final String ROTATE =
      """
      UPDATE session
      SET generation = generation + 1, rotated_at = ?, last_used_at = ?, expires_at = ?
      WHERE user_id = ? AND session_id = ? AND generation = ? AND revoked_at IS NULL AND expires_at > ?
      """;

  private final ShardPools pools;
  private final JsonTypeHandler<Profile> profiles;
  private final InstantSource clock;

  RefreshRows(ShardPools pools, JsonTypeHandler<Profile> profiles, InstantSource clock) {
    this.pools = pools;
    this.profiles = profiles;
    this.clock = clock;
  }

  /** The session of a user who is there; empty when there is none. */
  Optional<Returning> returning(UserId user, long session) {
    try (Connection connection = pools.of(user.shard()).getConnection();
        PreparedStatement read = connection.prepareStatement(READ)) {
      read.setObject(1, utc(clock.instant().truncatedTo(ChronoUnit.MILLIS)));
      read.setLong(2, user.value());
      read.setLong(3, session);
      try (ResultSet row = read.executeQuery()) {
        return row.next() ? Optional.of(returning(row)) : Optional.empty();
      }
    } catch (SQLException e) {
      throw failed("reading", user, session, e);
    }
  }

  private Returning returning(ResultSet row) throws SQLException {
    return new Returning(
        new SessionMapper.State(
            row.getInt(1),
            instant(row, 2),
            instant(row, 3),
            instant(row, 4),
            row.getString(5),
            row.getString(6),
            row.getString(7),
            row.getInt(8)),
        row.getString(9),
        row.getString(10),
        row.getString(11),
        profiles.getResult(row, 12),
        AccountStatus.valueOf(row.getString(13)),
        instantOrNull(row, 14),
        row.getString(15),
        instant(row, 16),
        instantOrNull(row, 17),
        row.getBoolean(18));
  }

  @Override
  public Optional<SessionMapper.State> state(UserId user, long session) {
    return returning(user, session).map(Returning::state);
  }

  @Override
  public int rotate(UserId user, long session, int generation, Instant at, Instant expiresAt) {
    try (Connection connection = pools.of(user.shard()).getConnection();
        PreparedStatement rotate = connection.prepareStatement(ROTATE)) {
      LocalDateTime now = utc(at);
      rotate.setObject(1, now);
      rotate.setObject(2, now);
      rotate.setObject(3, utc(expiresAt));
      rotate.setLong(4, user.value());
      rotate.setLong(5, session);
      rotate.setInt(6, generation);
      rotate.setObject(7, now);
      return rotate.executeUpdate();
    } catch (SQLException e) {
      throw failed("rotating", user, session, e);
    }
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

  /** A session, its account, and whether any ban stands. */
  record Returning(
      SessionMapper.State state,
      String username,
      String displayName,
      @Nullable String nickname,
      @Nullable Profile profile,
      AccountStatus status,
      @Nullable Instant eraseAfter,
      String accountChannel,
      Instant registerTime,
      @Nullable Instant lastLoginTime,
      boolean hasBans) {

    Account account(UserId userId) {
      return new Account(
          userId,
          username,
          displayName,
          nickname,
          profile,
          status,
          eraseAfter,
          state.authEpoch(),
          accountChannel,
          registerTime,
          lastLoginTime);
    }
  }
}
