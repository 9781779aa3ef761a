package io.usercenter.session;

import io.usercenter.platform.AdminMapper;
import io.usercenter.token.SigningAlgorithm;
import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/** Statements on {@code signing_key}. */
@AdminMapper
interface SigningKeyMapper {
  /** All that ever were, the oldest first. */
  @Select(
      """
      SELECT kid, number, algorithm, public_key, sealed_private, created_at, signs_from, compromised_at, retired_at
      FROM signing_key ORDER BY number
      """)
  List<Row> all();

  /** Throws DuplicateKeyException when another instance was faster to make this number. */
  @Insert(
      """
      INSERT INTO signing_key (kid, number, algorithm, public_key, sealed_private, created_at, signs_from)
      VALUES (#{kid}, #{number}, #{algorithm}, #{publicKey}, #{sealedPrivate}, #{createdAt}, #{signsFrom})
      """)
  void insert(
      @Param("kid") String kid,
      @Param("number") int number,
      @Param("algorithm") SigningAlgorithm algorithm,
      @Param("publicKey") byte[] publicKey,
      @Param("sealedPrivate") byte[] sealedPrivate,
      @Param("createdAt") Instant createdAt,
      @Param("signsFrom") @Nullable Instant signsFrom);

  /** Gives a key its turn; earlier than it had it, if it had one. */
  @Update(
      """
      UPDATE signing_key SET signs_from = #{at}
      WHERE kid = #{kid} AND compromised_at IS NULL AND (signs_from IS NULL OR signs_from > #{at})
      """)
  int signFrom(@Param("kid") String kid, @Param("at") Instant at);

  @Update(
      "UPDATE signing_key SET compromised_at = #{at} WHERE kid = #{kid} AND compromised_at IS NULL")
  int compromise(@Param("kid") String kid, @Param("at") Instant at);

  @Update("UPDATE signing_key SET retired_at = #{at} WHERE kid = #{kid} AND retired_at IS NULL")
  int retire(@Param("kid") String kid, @Param("at") Instant at);

  /** A key as stored: the private half sealed. */
  @SuppressWarnings("ArrayRecordComponent") // a row, never compared
  record Row(
      String kid,
      int number,
      SigningAlgorithm algorithm,
      byte[] publicKey,
      byte[] sealedPrivate,
      Instant createdAt,
      @Nullable Instant signsFrom,
      @Nullable Instant compromisedAt,
      @Nullable Instant retiredAt) {
    boolean good() {
      return compromisedAt == null && retiredAt == null;
    }
  }
}
