package io.usercenter.identity;

import io.usercenter.id.UserId;
import io.usercenter.platform.ShardMapper;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/** Statements on the account's side. The first parameter routes each of them to one shard. */
@ShardMapper
interface HolderMapper {
  @Select(
      """
      SELECT user_id, identity_epoch, username, login_name, password_hash IS NOT NULL AS has_password, renamed_at,
             status NOT IN ('ACTIVE', 'PENDING_DELETION') AS gone
      FROM user WHERE user_id = #{userId}
      """)
  Optional<Row> find(@Param("userId") UserId userId);

  @Select(
      "SELECT identity_key, linked_at FROM user_identity WHERE user_id = #{userId} ORDER BY"
          + " linked_at")
  List<Linked> identities(@Param("userId") UserId userId);

  @Select(
      """
      SELECT COUNT(*) FROM user_identity
      WHERE user_id = #{userId} AND identity_key = #{identity.key}
      """)
  int has(@Param("userId") UserId userId, @Param("identity") Identity identity);

  @Update(
      """
      UPDATE user SET identity_epoch = identity_epoch + 1
      WHERE user_id = #{userId} AND identity_epoch = #{epoch}
      """)
  int raise(@Param("userId") UserId userId, @Param("epoch") int epoch);

  /** Locks the row, so that what is read next in this transaction stays so. */
  @Update(
      """
      UPDATE user SET identity_epoch = GREATEST(identity_epoch, #{fence} + 1)
      WHERE user_id = #{userId}
      """)
  void raiseAbove(@Param("userId") UserId userId, @Param("fence") int fence);

  @Insert(
      """
      INSERT INTO user_identity (user_id, identity_key, linked_at)
      VALUES (#{userId}, #{identity.key}, #{at})
      """)
  void add(
      @Param("userId") UserId userId,
      @Param("identity") Identity identity,
      @Param("at") Instant at);

  @Delete("DELETE FROM user_identity WHERE user_id = #{userId} AND identity_key = #{identity.key}")
  int drop(@Param("userId") UserId userId, @Param("identity") Identity identity);

  @Delete("DELETE FROM user_identity WHERE user_id = #{userId} AND identity_key LIKE 'username:%'")
  int dropName(@Param("userId") UserId userId);

  @Update(
      """
      UPDATE user
      SET login_name = #{loginName}, renamed_at = #{at}, password_hash = COALESCE(#{passwordHash}, password_hash)
      WHERE user_id = #{userId}
      """)
  void rename(
      @Param("userId") UserId userId,
      @Param("loginName") @Nullable String loginName,
      @Param("passwordHash") @Nullable String passwordHash,
      @Param("at") Instant at);

  /** A row of {@code user}. */
  record Row(
      UserId userId,
      int identityEpoch,
      String username,
      @Nullable String loginName,
      boolean hasPassword,
      @Nullable Instant renamedAt,
      boolean gone) {
    Holder toHolder(List<Linked> identities) {
      return new Holder(
          userId,
          identityEpoch,
          username,
          loginName,
          hasPassword,
          renamedAt,
          gone,
          identities.stream().map(Linked::toIdentity).toList());
    }
  }

  /** A row of {@code user_identity}. */
  record Linked(String identityKey, Instant linkedAt) {
    LinkedIdentity toIdentity() {
      return new LinkedIdentity(new Identity(identityKey), linkedAt);
    }
  }
}
