package io.usercenter.idempotency;

import io.usercenter.id.UserId;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/**
 * Statements on {@code idempotency}, which is the same in the shards and in the admin database. The
 * first parameter routes each of them to one shard; it is no user's id, only formed like one.
 */
interface IdempotencyMapper {
  String ROW =
      "SELECT day, fingerprint, claim, claimed_until, created_at, mistakes, answer FROM idempotency"
          + " WHERE user_id = #{userId} AND key_hash = #{keyHash} ";

  /** Throws DuplicateKeyException when the key was used on this day. */
  @Insert(
      """
      INSERT INTO idempotency (user_id, key_hash, day, fingerprint, claim, claimed_until, created_at)
      VALUES (#{userId}, #{keyHash}, #{row.day}, #{row.fingerprint}, #{row.claim},
              #{row.claimedUntil}, #{row.createdAt})
      """)
  void insert(
      @Param("userId") UserId scope, @Param("keyHash") byte[] keyHash, @Param("row") Row row);

  @Select(ROW + "AND day = #{day}")
  Optional<Row> byDay(
      @Param("userId") UserId scope, @Param("keyHash") byte[] keyHash, @Param("day") LocalDate day);

  /** Waits for whoever is inserting the same key on a day beside this one. */
  @Select(ROW + "AND day IN (#{before}, #{after}) FOR UPDATE")
  List<Row> beside(
      @Param("userId") UserId scope,
      @Param("keyHash") byte[] keyHash,
      @Param("before") LocalDate before,
      @Param("after") LocalDate after);

  /** Takes over what nobody works on any more; one of several gets it. */
  @Update(
      """
      UPDATE idempotency SET claim = #{mine.claim}, claimed_until = #{mine.claimedUntil}
      WHERE user_id = #{userId} AND key_hash = #{keyHash} AND day = #{row.day}
        AND claim = #{row.claim} AND answer IS NULL
      """)
  int takeOver(
      @Param("userId") UserId scope,
      @Param("keyHash") byte[] keyHash,
      @Param("row") Row row,
      @Param("mine") Row mine);

  @Update(
      """
      UPDATE idempotency SET answer = #{answer}
      WHERE user_id = #{userId} AND key_hash = #{keyHash} AND day = #{day}
        AND claim = #{claim} AND answer IS NULL
      """)
  int complete(
      @Param("userId") UserId scope,
      @Param("keyHash") byte[] keyHash,
      @Param("day") LocalDate day,
      @Param("claim") byte[] claim,
      @Param("answer") byte[] answer);

  /** Counts a request that was not the one of this key. */
  @Update(
      """
      UPDATE idempotency SET mistakes = LEAST(mistakes + 1, 100)
      WHERE user_id = #{userId} AND key_hash = #{keyHash} AND day = #{day}
      """)
  void mistaken(
      @Param("userId") UserId scope, @Param("keyHash") byte[] keyHash, @Param("day") LocalDate day);

  /** Leaves an answer alone. */
  @Delete(
      """
      DELETE FROM idempotency
      WHERE user_id = #{userId} AND key_hash = #{keyHash} AND day = #{day}
        AND claim = #{claim} AND answer IS NULL
      """)
  int release(
      @Param("userId") UserId scope,
      @Param("keyHash") byte[] keyHash,
      @Param("day") LocalDate day,
      @Param("claim") byte[] claim);

  /** A row, without what it was found by. */
  @SuppressWarnings("ArrayRecordComponent") // a row, never compared
  record Row(
      LocalDate day,
      byte[] fingerprint,
      byte[] claim,
      Instant claimedUntil,
      Instant createdAt,
      int mistakes,
      byte @Nullable [] answer) {
    Row takenOverBy(Row other) {
      return new Row(
          day, fingerprint, other.claim, other.claimedUntil, createdAt, mistakes, answer);
    }
  }
}
