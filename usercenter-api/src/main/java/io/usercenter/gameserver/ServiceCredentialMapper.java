package io.usercenter.gameserver;

import io.usercenter.platform.AdminMapper;
import io.usercenter.scope.Condition;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/** Statements on {@code service_credential}. */
@AdminMapper
interface ServiceCredentialMapper {
  String ROW =
      "SELECT credential_id, name, server_ids, secret_hash, created_at, created_by, last_used_at,"
          + " revoked_at FROM service_credential ";

  @Insert(
      """
      INSERT INTO service_credential (credential_id, name, server_ids, secret_hash, created_at, created_by)
      VALUES (#{id}, #{name}, #{serverIds}, #{secretHash}, #{at}, #{by})
      """)
  void insert(
      @Param("id") String id,
      @Param("name") String name,
      @Param("serverIds") String serverIds,
      @Param("secretHash") byte[] secretHash,
      @Param("at") Instant at,
      @Param("by") String by);

  @Select(ROW + "WHERE credential_id = #{id}")
  Optional<Row> byId(@Param("id") String id);

  /** For an operator. */
  @Select(ROW + "WHERE credential_id = #{id} AND ${scope.text()}")
  Optional<Row> byIdWithin(@Param("id") String id, @Param("scope") Condition scope);

  /** For an operator. */
  @Select(ROW + "WHERE ${scope.text()} ORDER BY created_at DESC LIMIT 500")
  List<Row> newest(@Param("scope") Condition scope);

  @Update("UPDATE service_credential SET last_used_at = #{at} WHERE credential_id = #{id}")
  void used(@Param("id") String id, @Param("at") Instant at);

  @Update(
      "UPDATE service_credential SET revoked_at = #{at} WHERE credential_id = #{id} AND revoked_at"
          + " IS NULL AND ${scope.text()}")
  int revoke(@Param("scope") Condition scope, @Param("id") String id, @Param("at") Instant at);

  /** A row of {@code service_credential}. */
  @SuppressWarnings("ArrayRecordComponent") // a row, never compared
  record Row(
      String credentialId,
      String name,
      String serverIds,
      byte[] secretHash,
      Instant createdAt,
      String createdBy,
      @Nullable Instant lastUsedAt,
      @Nullable Instant revokedAt) {

    List<String> serverIdList() {
      return Arrays.asList(serverIds.split(",", -1));
    }

    ServiceCredential toCredential() {
      return new ServiceCredential(
          credentialId, name, serverIdList(), createdAt, createdBy, lastUsedAt, revokedAt);
    }
  }
}
