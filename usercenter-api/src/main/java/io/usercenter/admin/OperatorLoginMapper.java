package io.usercenter.admin;

import io.usercenter.platform.AdminMapper;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/** Statements about sessions, second factors and former passwords of operators. */
@AdminMapper
interface OperatorLoginMapper {
  /** Nothing when the password was replaced, or the operator shut out, since it was judged. */
  @Insert(
      """
      INSERT INTO operator_session
        (token_hash, session_id, operator_id, by_cookie, created_at, created_ip, last_used_at, proven_at, expires_at)
      SELECT #{tokenHash}, #{sessionId}, operator_id, #{byCookie}, #{at}, #{ip}, #{at}, #{at}, #{expiresAt}
      FROM operator
      WHERE operator_id = #{operatorId} AND password_hash = #{provenHash} AND status = 'ACTIVE'
        AND deleted_at IS NULL
      FOR SHARE
      """)
  int open(
      @Param("tokenHash") byte[] tokenHash,
      @Param("sessionId") String sessionId,
      @Param("operatorId") long operatorId,
      @Param("provenHash") String provenHash,
      @Param("byCookie") boolean byCookie,
      @Param("at") Instant at,
      @Param("ip") String ip,
      @Param("expiresAt") Instant expiresAt);

  /** The rights' version comes along, so that each request sees a change of rights at once. */
  @Select(
      """
      SELECT o.operator_id, o.name, o.super_admin, s.session_id, s.by_cookie, s.last_used_at, s.proven_at, s.expires_at,
        o.totp_secret IS NOT NULL AS totp_enabled, (SELECT version FROM rights_version WHERE id = 1) AS rights_version
      FROM operator_session s JOIN operator o ON o.operator_id = s.operator_id
      WHERE s.token_hash = #{tokenHash} AND s.revoked_at IS NULL AND s.expires_at > #{at}
        AND s.last_used_at > #{usedSince} AND o.status = 'ACTIVE' AND o.deleted_at IS NULL
      """)
  Optional<Known> recognise(
      @Param("tokenHash") byte[] tokenHash,
      @Param("at") Instant at,
      @Param("usedSince") Instant usedSince);

  @Update("UPDATE operator_session SET last_used_at = #{at} WHERE token_hash = #{tokenHash}")
  void used(@Param("tokenHash") byte[] tokenHash, @Param("at") Instant at);

  @Update("UPDATE operator_session SET proven_at = #{at} WHERE session_id = #{sessionId}")
  void proven(@Param("sessionId") String sessionId, @Param("at") Instant at);

  @Select(
      """
      SELECT session_id, by_cookie, created_at, created_ip, last_used_at, expires_at FROM operator_session
      WHERE operator_id = #{operatorId} AND revoked_at IS NULL AND expires_at > #{at} AND last_used_at > #{usedSince}
      ORDER BY created_at DESC LIMIT 100
      """)
  List<Open> openOf(
      @Param("operatorId") long operatorId,
      @Param("at") Instant at,
      @Param("usedSince") Instant usedSince);

  @Update(
      """
      UPDATE operator_session SET revoked_at = #{at}
      WHERE operator_id = #{operatorId} AND session_id = #{sessionId} AND revoked_at IS NULL
      """)
  int end(
      @Param("operatorId") long operatorId,
      @Param("sessionId") String sessionId,
      @Param("at") Instant at);

  /** All but one; null: all. */
  @Update(
      """
      UPDATE operator_session SET revoked_at = #{at}
      WHERE operator_id = #{operatorId} AND revoked_at IS NULL AND NOT session_id <=> #{kept}
      """)
  int endOthers(
      @Param("operatorId") long operatorId,
      @Param("kept") @Nullable String kept,
      @Param("at") Instant at);

  @Select(
      """
      SELECT name, super_admin, password_hash, totp_secret, totp_offered FROM operator
      WHERE operator_id = #{operatorId} AND deleted_at IS NULL
      """)
  Optional<Secrets> secrets(@Param("operatorId") long operatorId);

  @Update("UPDATE operator SET totp_offered = #{sealed} WHERE operator_id = #{operatorId}")
  void offer(@Param("operatorId") long operatorId, @Param("sealed") byte[] sealed);

  /** The offered secret becomes the one that counts; the code that showed it is used up. */
  @Update(
      """
      UPDATE operator SET totp_secret = totp_offered, totp_offered = NULL, totp_step = #{step}
      WHERE operator_id = #{operatorId} AND totp_offered IS NOT NULL
      """)
  int confirm(@Param("operatorId") long operatorId, @Param("step") long step);

  /** Nothing when the code, or a later one, was used before. */
  @Update(
      """
      UPDATE operator SET totp_step = #{step}
      WHERE operator_id = #{operatorId} AND totp_step < #{step}
      """)
  int useStep(@Param("operatorId") long operatorId, @Param("step") long step);

  @Update(
      "UPDATE operator SET totp_secret = NULL, totp_offered = NULL WHERE operator_id ="
          + " #{operatorId}")
  int withoutTotp(@Param("operatorId") long operatorId);

  @Delete("DELETE FROM operator_recovery_code WHERE operator_id = #{operatorId}")
  void removeRecoveryCodes(@Param("operatorId") long operatorId);

  @Insert(
      """
      <script>
      INSERT INTO operator_recovery_code (operator_id, code_hash) VALUES
      <foreach collection="hashes" item="hash" separator=",">(#{operatorId}, #{hash})</foreach>
      </script>
      """)
  void insertRecoveryCodes(
      @Param("operatorId") long operatorId, @Param("hashes") List<byte[]> hashes);

  @Update(
      """
      UPDATE operator_recovery_code SET used_at = #{at}
      WHERE operator_id = #{operatorId} AND code_hash = #{hash} AND used_at IS NULL
      """)
  int useRecoveryCode(
      @Param("operatorId") long operatorId, @Param("hash") byte[] hash, @Param("at") Instant at);

  @Select(
      """
      SELECT password_hash FROM operator_password
      WHERE operator_id = #{operatorId} ORDER BY replaced_at DESC LIMIT #{limit}
      """)
  List<String> formerPasswords(@Param("operatorId") long operatorId, @Param("limit") int limit);

  @Insert(
      """
      INSERT INTO operator_password (operator_id, replaced_at, password_hash)
      VALUES (#{operatorId}, #{at}, #{passwordHash})
      """)
  void keepFormer(
      @Param("operatorId") long operatorId,
      @Param("at") Instant at,
      @Param("passwordHash") String passwordHash);

  /** Who has the session of this token. */
  record Known(
      long operatorId,
      String name,
      boolean superAdmin,
      String sessionId,
      boolean byCookie,
      Instant lastUsedAt,
      Instant provenAt,
      Instant expiresAt,
      boolean totpEnabled,
      long rightsVersion) {}

  record Open(
      String sessionId,
      boolean byCookie,
      Instant createdAt,
      String createdIp,
      Instant lastUsedAt,
      Instant expiresAt) {}

  /** What an operator is judged by. */
  @SuppressWarnings("ArrayRecordComponent") // a row, never compared
  record Secrets(
      String name,
      boolean superAdmin,
      String passwordHash,
      byte @Nullable [] totpSecret,
      byte @Nullable [] totpOffered) {
    @Override
    public String toString() {
      return "Secrets[" + name + ", [REDACTED]]";
    }
  }
}
