package io.usercenter.approval;

import io.usercenter.platform.AdminMapper;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/** Statements on {@code approval}. Every change of the state names the state before. */
@AdminMapper
interface ApprovalMapper {
  String ROW =
      """
      SELECT approval_id, kind, target_user_id, payload, LOWER(HEX(payload_sha256)) AS payload_sha256,
             summary, reach, maker_id, maker, reason, created_at, expires_at,
             IF(state = 'PENDING' AND expires_at <= #{now}, 'EXPIRED', state) AS state,
             checker, checker_reason, decided_at, ended_at, result
      FROM approval
      """;

  /** Leaves it as it is when this request wrote it before its process died. */
  @Insert(
      """
      INSERT INTO approval (approval_id, kind, target_user_id, payload, payload_sha256,
                                   summary, reach, maker_id, maker, reason, created_at, expires_at, state)
      VALUES (#{a.approvalId}, #{a.kind}, #{a.targetUserId}, #{a.payload},
              UNHEX(#{a.payloadSha256}), #{a.summary}, #{a.reach}, #{a.makerId}, #{a.maker}, #{a.reason},
              #{a.createdAt}, #{a.expiresAt}, #{a.state})
      ON DUPLICATE KEY UPDATE approval_id = approval_id
      """)
  void insert(@Param("a") Approval approval);

  @Select(ROW + "WHERE approval_id = #{approvalId}")
  Optional<Approval> byId(@Param("approvalId") String approvalId, @Param("now") Instant now);

  /** Behind a place, the newest first. */
  @Select(
      ROW
          + """
          WHERE (created_at < #{before} OR (created_at = #{before} AND approval_id < #{beforeId}))
            AND (#{state} IS NULL
                 OR IF(state = 'PENDING' AND expires_at <= #{now}, 'EXPIRED', state) = #{state})
          ORDER BY created_at DESC, approval_id DESC LIMIT #{limit}
          """)
  List<Approval> page(
      @Param("state") Approval.@Nullable State state,
      @Param("before") Instant before,
      @Param("beforeId") String beforeId,
      @Param("limit") int limit,
      @Param("now") Instant now);

  @Update(
      """
      UPDATE approval
      SET state = #{state}, checker_id = #{checkerId}, checker = #{checker},
          checker_reason = #{reason}, decided_at = #{now}
      WHERE approval_id = #{approvalId} AND state = 'PENDING' AND expires_at > #{now}
        AND maker_id <> #{checkerId} AND payload_sha256 = UNHEX(#{sha256})
      """)
  int decide(
      @Param("approvalId") String approvalId,
      @Param("sha256") String sha256,
      @Param("state") Approval.State state,
      @Param("checkerId") long checkerId,
      @Param("checker") String checker,
      @Param("reason") String reason,
      @Param("now") Instant now);

  /** Of several who want to carry it out one may, until then. */
  @Update(
      """
      UPDATE approval SET runner = #{runner}, runner_until = #{until}
      WHERE approval_id = #{approvalId} AND state = 'APPROVED'
        AND (runner_until IS NULL OR runner_until <= #{now})
      """)
  int take(
      @Param("approvalId") String approvalId,
      @Param("runner") String runner,
      @Param("now") Instant now,
      @Param("until") Instant until);

  /** Lets another go on with it from then on. */
  @Update(
      """
      UPDATE approval SET runner_until = #{until}
      WHERE approval_id = #{approvalId} AND state = 'APPROVED' AND runner = #{runner}
      """)
  void leave(
      @Param("approvalId") String approvalId,
      @Param("runner") String runner,
      @Param("until") Instant until);

  @Update(
      """
      UPDATE approval SET state = #{state}, result = #{result}, ended_at = #{now}
      WHERE approval_id = #{approvalId} AND state = 'APPROVED'
      """)
  int end(
      @Param("approvalId") String approvalId,
      @Param("state") Approval.State state,
      @Param("result") String result,
      @Param("now") Instant now);

  /** Approved, and nobody is at it. */
  @Select(
      """
      SELECT approval_id FROM approval
      WHERE state = 'APPROVED' AND (runner_until IS NULL OR runner_until <= #{now})
      ORDER BY created_at LIMIT 20
      """)
  List<String> abandoned(@Param("now") Instant now);
}
