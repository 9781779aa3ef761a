package io.usercenter.session;

import io.usercenter.id.UserId;
import io.usercenter.platform.ShardMapper;
import io.usercenter.scope.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/** Statements on {@code session}. The first parameter routes each of them to one shard. */
@ShardMapper
interface SessionMapper {
  @Insert(
      """
      INSERT INTO session (user_id, session_id, device_class, device_id, channel, generation, rotated_at,
                           created_at, created_ip, last_used_at, expires_at)
      VALUES (#{userId}, #{sessionId}, #{deviceClass}, #{deviceId}, #{channel}, 0, #{at},
              #{at}, #{ip}, #{at}, #{expiresAt})
      """)
  void insert(
      @Param("userId") UserId userId,
      @Param("sessionId") long sessionId,
      @Param("deviceClass") String deviceClass,
      @Param("deviceId") @Nullable String deviceId,
      @Param("channel") String channel,
      @Param("at") Instant at,
      @Param("ip") String ip,
      @Param("expiresAt") Instant expiresAt);

  /**
   * All it takes to check an access token, in one statement: the session, its user, and the user's
   * bans that are not over. One row for each ban, or one without.
   */
  @Select(
      """
      SELECT s.revoke_reason, u.auth_epoch, b.scope, b.target, b.reason_code, b.starts_at, b.ends_at
      FROM session s JOIN user u ON u.user_id = s.user_id
        LEFT JOIN ban b ON b.user_id = s.user_id AND b.lifted_at IS NULL
          AND (b.ends_at IS NULL OR b.ends_at > #{at})
      WHERE s.user_id = #{userId} AND s.session_id = #{sessionId}
      """)
  List<Standing> standing(
      @Param("userId") UserId userId, @Param("sessionId") long sessionId, @Param("at") Instant at);

  /** How a session and its user stand; empty when there is no such session. */
  @Select(
      """
      SELECT s.generation, s.rotated_at, s.created_at, s.expires_at, s.device_class, s.channel,
             s.revoke_reason, u.auth_epoch
      FROM session s JOIN user u ON u.user_id = s.user_id
      WHERE s.user_id = #{userId} AND s.session_id = #{sessionId}
      """)
  Optional<State> state(@Param("userId") UserId userId, @Param("sessionId") long sessionId);

  @Update(
      """
      UPDATE session SET revoked_at = #{at}, revoke_reason = #{reason}
      WHERE user_id = #{userId} AND session_id = #{sessionId} AND revoked_at IS NULL
      """)
  int end(
      @Param("userId") UserId userId,
      @Param("sessionId") long sessionId,
      @Param("at") Instant at,
      @Param("reason") String reason);

  /** As {@link RefreshRows#rotate}, whatever the generation is. */
  @Update(
      """
      UPDATE session
      SET generation = generation + 1, rotated_at = #{at}, last_used_at = #{at}, expires_at = #{expiresAt}
      WHERE user_id = #{userId} AND session_id = #{sessionId} AND revoked_at IS NULL AND expires_at > #{at}
      """)
  int advance(
      @Param("userId") UserId userId,
      @Param("sessionId") long sessionId,
      @Param("at") Instant at,
      @Param("expiresAt") Instant expiresAt);

  @Update(
      """
      UPDATE session SET revoked_at = #{at}, revoke_reason = #{reason}
      WHERE user_id = #{userId} AND session_id <> #{except} AND revoked_at IS NULL AND expires_at > #{at}
      """)
  int endOthers(
      @Param("userId") UserId userId,
      @Param("except") long except,
      @Param("at") Instant at,
      @Param("reason") String reason);

  @Update(
      """
      UPDATE session SET revoked_at = #{at}, revoke_reason = #{reason}
      WHERE user_id = #{userId} AND revoked_at IS NULL AND expires_at > #{at}
      """)
  int endAll(
      @Param("userId") UserId userId, @Param("at") Instant at, @Param("reason") String reason);

  @Select(
      """
      SELECT session_id FROM session
      WHERE user_id = #{userId} AND session_id <> #{except} AND revoked_at IS NULL AND expires_at > #{at}
      """)
  List<Long> othersAlive(
      @Param("userId") UserId userId, @Param("except") long except, @Param("at") Instant at);

  /**
   * Those that live, without the ones that were used last.
   *
   * @param deviceClass null: all
   * @param keep how many of the last ones are left out
   */
  @Select(
      """
      SELECT session_id FROM session
      WHERE user_id = #{userId} AND revoked_at IS NULL AND expires_at > #{at}
        AND (#{deviceClass,jdbcType=VARCHAR} IS NULL OR device_class = #{deviceClass,jdbcType=VARCHAR})
      ORDER BY last_used_at DESC, session_id LIMIT #{keep}, 1000
      """)
  List<Long> leastUsed(
      @Param("userId") UserId userId,
      @Param("deviceClass") @Nullable String deviceClass,
      @Param("keep") int keep,
      @Param("at") Instant at);

  /**
   * Those that live on one device; none for a device that does not say which one it is.
   *
   * @param deviceClass null: whatever it is
   */
  @Select(
      """
      SELECT session_id FROM session
      WHERE user_id = #{userId} AND revoked_at IS NULL AND expires_at > #{at}
        AND device_id = #{deviceId,jdbcType=VARCHAR}
        AND (#{deviceClass,jdbcType=VARCHAR} IS NULL OR device_class = #{deviceClass,jdbcType=VARCHAR})
      LIMIT 1000
      """)
  List<Long> ofDevice(
      @Param("userId") UserId userId,
      @Param("deviceId") @Nullable String deviceId,
      @Param("deviceClass") @Nullable String deviceClass,
      @Param("at") Instant at);

  @Select(
      """
      SELECT session_id, device_class, device_id, channel, created_at, created_ip, last_used_at,
             expires_at, revoked_at, revoke_reason
      FROM session WHERE user_id = #{userId} ORDER BY created_at DESC, session_id LIMIT #{limit}
      """)
  List<Row> newest(@Param("userId") UserId userId, @Param("limit") int limit);

  /** For an operator. */
  @Select(
      """
      SELECT s.session_id, s.device_class, s.device_id, s.channel, s.created_at, s.created_ip,
             s.last_used_at, s.expires_at, s.revoked_at, s.revoke_reason
      FROM session s JOIN user u ON u.user_id = s.user_id
      WHERE s.user_id = #{userId} AND ${scope.text()}
      ORDER BY s.created_at DESC, s.session_id LIMIT #{limit}
      """)
  List<Row> newestWithin(
      @Param("userId") UserId userId, @Param("scope") Condition scope, @Param("limit") int limit);

  @Select(
      """
      SELECT COUNT(*) FROM session
      WHERE user_id = #{userId} AND session_id = #{sessionId} AND created_at >= #{since}
        AND revoked_at IS NULL AND expires_at > #{at}
      """)
  int openedSince(
      @Param("userId") UserId userId,
      @Param("sessionId") long sessionId,
      @Param("since") Instant since,
      @Param("at") Instant at);

  @Delete("DELETE FROM session WHERE user_id = #{userId}")
  int removeAll(@Param("userId") UserId userId);

  /** Enough to decide about a token of a session. */
  record State(
      int generation,
      Instant rotatedAt,
      Instant createdAt,
      Instant expiresAt,
      String deviceClass,
      String channel,
      @Nullable String revokeReason,
      int authEpoch) {}

  /** The session and its user, and one of his bans; without a ban the last five are null. */
  record Standing(
      @Nullable String revokeReason,
      int authEpoch,
      @Nullable String scope,
      @Nullable String target,
      @Nullable String reasonCode,
      @Nullable Instant startsAt,
      @Nullable Instant endsAt) {}

  /** A row as listed. */
  record Row(
      long sessionId,
      String deviceClass,
      @Nullable String deviceId,
      String channel,
      Instant createdAt,
      String createdIp,
      Instant lastUsedAt,
      Instant expiresAt,
      @Nullable Instant revokedAt,
      @Nullable String revokeReason) {

    Session toSession() {
      return new Session(
          new SessionId(sessionId),
          deviceClass,
          deviceId,
          channel,
          createdAt,
          createdIp,
          lastUsedAt,
          expiresAt,
          revokedAt,
          revokeReason);
    }
  }
}
