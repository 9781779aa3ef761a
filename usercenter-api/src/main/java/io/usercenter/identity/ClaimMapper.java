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

/** Statements on {@code identity}, and on the first names that lie in the same shard. */
@ShardMapper
interface ClaimMapper {
  String ROW = "SELECT identity_key, owner_id, state, fence, token, until FROM identity ";

  @Select(ROW + "WHERE identity_key = #{identity.key}")
  Optional<Row> find(@Param("identity") Identity identity);

  /**
   * An identity and what stands for it when it is withheld: one shard. Waits for a change of theirs
   * that is under way.
   */
  @Select(ROW + "WHERE identity_key IN (#{identity.key}, #{withheld.key}) FOR SHARE")
  List<Row> bothForShare(
      @Param("identity") Identity identity, @Param("withheld") Identity withheld);

  /** Throws DuplicateKeyException when there is a row: the primary key decides every race. */
  @Insert(
      """
      INSERT INTO identity (identity_key, owner_id, state, fence, token, until)
      VALUES (#{identity.key}, #{claim.owner}, #{claim.state}, #{claim.fence}, #{claim.token}, #{claim.until})
      """)
  void insert(@Param("identity") Identity identity, @Param("claim") Claim claim);

  @Update(
      """
      UPDATE identity SET owner_id = #{next.owner}, state = #{next.state},
        fence = #{next.fence}, token = #{next.token}, until = #{next.until}
      WHERE identity_key = #{identity.key}
        AND owner_id = #{read.owner} AND state = #{read.state}
        AND fence = #{read.fence} AND token = #{read.token}
      """)
  int change(
      @Param("identity") Identity identity, @Param("read") Claim read, @Param("next") Claim next);

  @Delete(
      """
      DELETE FROM identity
      WHERE identity_key = #{identity.key}
        AND owner_id = #{read.owner} AND state = #{read.state}
        AND fence = #{read.fence} AND token = #{read.token}
      """)
  int remove(@Param("identity") Identity identity, @Param("read") Claim read);

  /** The account that was placed by this name. Waits for a registration of it that is under way. */
  @Select(
      "SELECT user_id, login_name, renamed_at FROM user WHERE username = #{username} FOR UPDATE")
  Optional<FirstName> firstName(@Param("username") String username);

  /**
   * Takes the first name from an account that goes by another one. Raises the epoch, or a way back
   * to that name that has begun could still be written.
   */
  @Update(
      """
      UPDATE user SET username = #{formerName}, identity_epoch = identity_epoch + 1
      WHERE user_id = #{userId} AND login_name IS NOT NULL
      """)
  int giveBack(@Param("userId") UserId userId, @Param("formerName") String formerName);

  /** A row of {@code identity}. */
  record Row(
      String identityKey,
      UserId ownerId,
      String state,
      int fence,
      long token,
      @Nullable Instant until) {
    Claim toClaim() {
      return new Claim(
          new Identity(identityKey), ownerId, Claim.State.valueOf(state), fence, token, until);
    }
  }

  /** Who was placed by a name. */
  record FirstName(UserId userId, @Nullable String loginName, @Nullable Instant renamedAt) {}
}
