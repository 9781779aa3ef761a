package io.usercenter.gameserver;

import io.usercenter.id.UserId;
import io.usercenter.platform.AdminMapper;
import io.usercenter.scope.Condition;
import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/** Statements on {@code rejected_role_event}, which the listener of role events writes. */
@AdminMapper
interface RejectedEventRows {
  String ROWS =
      "SELECT rejected_id, stream, rejected_at, reason, detail, server_id, user_id, role_id, event,"
          + " credential_id, replayed_at, replayed_by, replay_outcome FROM rejected_role_event ";

  @Select(
      """
      <script>
      """
          + ROWS
          + """
          WHERE rejected_id > #{after} AND ${scope.text()}
          <if test="!replayed">AND replayed_at IS NULL</if>
          <if test="reason != null">AND reason = #{reason}</if>
          <if test="serverId != null">AND server_id = #{serverId}</if>
          <if test="!doubtful">AND reason NOT IN ('FORGED', 'NOT_GRANTED')</if>
          ORDER BY rejected_id LIMIT #{limit}
          </script>
          """)
  List<Row> page(
      @Param("scope") Condition scope,
      @Param("after") long after,
      @Param("replayed") boolean replayed,
      @Param("reason") @Nullable String reason,
      @Param("serverId") @Nullable String serverId,
      @Param("doubtful") boolean doubtful,
      @Param("limit") int limit);

  @Select(
      """
      <script>
      """
          + ROWS
          + """
          WHERE ${scope.text()} AND rejected_id IN
          <foreach collection="ids" item="id" open="(" separator="," close=")">#{id}</foreach>
          ORDER BY rejected_id
          </script>
          """)
  List<Row> byIds(@Param("scope") Condition scope, @Param("ids") List<Long> ids);

  @Update(
      """
      UPDATE rejected_role_event SET replayed_at = #{at}, replayed_by = #{by}, replay_outcome = #{outcome}
      WHERE rejected_id = #{id} AND ${scope.text()}
      """)
  int replayed(
      @Param("scope") Condition scope,
      @Param("id") long id,
      @Param("at") Instant at,
      @Param("by") String by,
      @Param("outcome") String outcome);

  /** A row of {@code rejected_role_event}. */
  record Row(
      long rejectedId,
      String stream,
      Instant rejectedAt,
      String reason,
      String detail,
      @Nullable String serverId,
      @Nullable UserId userId,
      @Nullable String roleId,
      String event,
      @Nullable String credentialId,
      @Nullable Instant replayedAt,
      @Nullable String replayedBy,
      @Nullable String replayOutcome) {

    RejectedRoleEvent toEvent() {
      return new RejectedRoleEvent(
          Long.toString(rejectedId),
          stream,
          rejectedAt,
          reason,
          detail,
          serverId,
          userId,
          roleId,
          credentialId,
          event,
          replayedAt,
          replayedBy,
          replayOutcome);
    }
  }
}
