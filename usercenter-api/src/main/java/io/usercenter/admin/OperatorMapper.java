package io.usercenter.admin;

import io.usercenter.platform.AdminMapper;
import java.time.Instant;
import java.util.Optional;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** Statements on {@code operator} and {@code operator_session}. */
@AdminMapper
interface OperatorMapper {
  /** Changes nothing when the hash is another one by now. */
  @Update(
      """
      UPDATE operator SET password_hash = #{replacement}
      WHERE operator_id = #{operatorId} AND password_hash = #{passwordHash}
      """)
  int replaceHash(
      @Param("operatorId") long operatorId,
      @Param("passwordHash") String passwordHash,
      @Param("replacement") String replacement);

  @Select("SELECT COUNT(*) FROM operator")
  long count();

  /** Throws DuplicateKeyException when the name is taken. */
  @Insert(
      """
      INSERT INTO operator (name, password_hash, role, status, created_at)
      VALUES (#{name}, #{passwordHash}, #{role}, 'ACTIVE', #{at})
      """)
  void insert(
      @Param("name") String name,
      @Param("passwordHash") String passwordHash,
      @Param("role") OperatorRole role,
      @Param("at") Instant at);

  @Select(
      """
      SELECT operator_id, name, password_hash, role FROM operator
      WHERE name = #{name} AND status = 'ACTIVE'
      """)
  Optional<Row> byName(@Param("name") String name);

  @Insert(
      """
      INSERT INTO operator_session (token_hash, operator_id, created_at, created_ip, expires_at)
      VALUES (#{tokenHash}, #{operatorId}, #{at}, #{ip}, #{expiresAt})
      """)
  void openSession(
      @Param("tokenHash") byte[] tokenHash,
      @Param("operatorId") long operatorId,
      @Param("at") Instant at,
      @Param("ip") String ip,
      @Param("expiresAt") Instant expiresAt);

  @Update("UPDATE operator SET last_login_at = #{at} WHERE operator_id = #{operatorId}")
  void loggedIn(@Param("operatorId") long operatorId, @Param("at") Instant at);

  @Select(
      """
      SELECT o.operator_id, o.name, o.password_hash, o.role
      FROM operator_session s JOIN operator o ON o.operator_id = s.operator_id
      WHERE s.token_hash = #{tokenHash} AND s.revoked_at IS NULL AND s.expires_at > #{at}
        AND o.status = 'ACTIVE'
      """)
  Optional<Row> bySession(@Param("tokenHash") byte[] tokenHash, @Param("at") Instant at);

  @Update(
      "UPDATE operator_session SET revoked_at = #{at} WHERE token_hash = #{tokenHash} AND"
          + " revoked_at IS NULL")
  int endSession(@Param("tokenHash") byte[] tokenHash, @Param("at") Instant at);

  /** A row of {@code operator}. */
  record Row(long operatorId, String name, String passwordHash, OperatorRole role) {
    @Override
    public String toString() {
      return "Row[" + name + ", " + role + ", [REDACTED]]";
    }
  }
}
