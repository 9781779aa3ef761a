package io.usercenter.session;

import io.usercenter.id.UserId;
import java.time.Instant;
import java.util.Optional;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** The generations of sessions, in the shards of their users. */
interface Generations {
  /** How a session and its user stand; empty when there is no such session. */
  @Select(
      """
      SELECT s.generation, s.rotated_at, s.created_at, s.expires_at, s.device_class, s.channel,
             s.revoke_reason, u.auth_epoch
      FROM session s JOIN user u ON u.user_id = s.user_id
      WHERE s.user_id = #{userId} AND s.session_id = #{sessionId}
      """)
  Optional<SessionMapper.State> state(
      @Param("userId") UserId userId, @Param("sessionId") long sessionId);

  /**
   * Trades one generation for the next. Of several requests with the same generation one changes
   * the row; the others find the next generation there.
   *
   * @return 1, or 0 when it is another generation, or the session has ended
   */
  @Update(
      """
      UPDATE session
      SET generation = generation + 1, rotated_at = #{at}, last_used_at = #{at}, expires_at = #{expiresAt}
      WHERE user_id = #{userId} AND session_id = #{sessionId} AND generation = #{generation}
        AND revoked_at IS NULL AND expires_at > #{at}
      """)
  int rotate(
      @Param("userId") UserId userId,
      @Param("sessionId") long sessionId,
      @Param("generation") int generation,
      @Param("at") Instant at,
      @Param("expiresAt") Instant expiresAt);
}
