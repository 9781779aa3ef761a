package io.usercenter.audit;

import io.usercenter.id.UserId;
import io.usercenter.platform.AdminMapper;
import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/**
 * Statements on {@code audit_log}: rows are added and read; only erasing an account blanks what was
 * noted about it.
 */
@AdminMapper
interface AuditMapper {
  @Insert(
      """
      INSERT INTO audit_log (at, operator, action, target_user_id, detail, outcome, ip, trace_id)
      VALUES (#{at}, #{operator}, #{action}, #{target}, #{detail}, #{outcome}, #{ip}, #{traceId})
      """)
  void insert(
      @Param("at") Instant at,
      @Param("operator") String operator,
      @Param("action") String action,
      @Param("target") @Nullable UserId target,
      @Param("detail") String detail,
      @Param("outcome") String outcome,
      @Param("ip") String ip,
      @Param("traceId") String traceId);

  @Insert(
      """
      <script>
      INSERT INTO audit_log (at, operator, action, target_user_id, detail, outcome, ip, trace_id) VALUES
      <foreach collection="lines" item="l" separator=",">
        (#{at}, #{operator}, #{action}, #{l.target}, #{detail}, #{l.outcome}, #{ip}, #{traceId})
      </foreach>
      </script>
      """)
  void insertAll(
      @Param("at") Instant at,
      @Param("operator") String operator,
      @Param("action") String action,
      @Param("lines") List<AuditLog.Line> lines,
      @Param("detail") String detail,
      @Param("ip") String ip,
      @Param("traceId") String traceId);

  /** Of an account that is erased: who did what to it and when stays, what was noted goes. */
  @Update("UPDATE audit_log SET detail = '' WHERE target_user_id = #{target} AND detail <> ''")
  int withoutDetail(@Param("target") UserId target);

  @Select(
      """
      SELECT audit_id, at, operator, action, target_user_id, detail, outcome, ip, trace_id
      FROM audit_log WHERE target_user_id = #{target} ORDER BY audit_id DESC LIMIT #{limit}
      """)
  List<AuditEntry> about(@Param("target") UserId target, @Param("limit") int limit);
}
