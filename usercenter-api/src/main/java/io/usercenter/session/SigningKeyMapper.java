package io.usercenter.session;

import io.usercenter.platform.AdminMapper;
import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.jspecify.annotations.Nullable;

/** Statements on {@code signing_key}. */
@AdminMapper
interface SigningKeyMapper {
  @Select(
      """
      SELECT kid, algorithm, public_key, sealed_private, active_slot FROM signing_key
      WHERE retired_at IS NULL ORDER BY created_at
      """)
  List<Row> current();

  /** Throws DuplicateKeyException when another instance was faster: one key signs at a time. */
  @Insert(
      """
      INSERT INTO signing_key (kid, algorithm, public_key, sealed_private, created_at, active_slot)
      VALUES (#{kid}, #{algorithm}, #{publicKey}, #{sealedPrivate}, #{at}, 1)
      """)
  void insertActive(
      @Param("kid") String kid,
      @Param("algorithm") String algorithm,
      @Param("publicKey") byte[] publicKey,
      @Param("sealedPrivate") byte[] sealedPrivate,
      @Param("at") Instant at);

  /** A key as stored: the private half sealed. */
  @SuppressWarnings("ArrayRecordComponent") // a row, never compared
  record Row(
      String kid,
      String algorithm,
      byte[] publicKey,
      byte[] sealedPrivate,
      @Nullable Integer activeSlot) {}
}
