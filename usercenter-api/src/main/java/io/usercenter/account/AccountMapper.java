package io.usercenter.account;

import io.usercenter.id.UserId;
import io.usercenter.identity.Identity;
import io.usercenter.platform.ShardMapper;
import io.usercenter.scope.Condition;
import java.time.Instant;
import java.util.Optional;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/** Statements on {@code user}. The first parameter routes each of them to one shard. */
@ShardMapper
interface AccountMapper {
  /** One that is being erased, or was, is found no more. */
  String THERE = " AND status IN ('ACTIVE', 'PENDING_DELETION') ";

  String SNAPSHOT =
      "SELECT user_id, COALESCE(login_name, username) AS username, display_name, nickname, profile,"
          + " status, erase_after, auth_epoch, channel, register_time, last_login_time FROM user ";

  @Select(SNAPSHOT + "WHERE user_id = #{userId}" + THERE)
  Optional<Account> byId(@Param("userId") UserId userId);

  /** For an operator. */
  @Select(SNAPSHOT + "u WHERE user_id = #{userId} AND ${scope.text()}" + THERE)
  Optional<Account> within(@Param("userId") UserId userId, @Param("scope") Condition scope);

  /** For an operator who acts on it. */
  @Select(SNAPSHOT + "u WHERE user_id = #{userId} AND ${scope.text()}" + THERE + "FOR UPDATE")
  Optional<Account> lockedWithin(@Param("userId") UserId userId, @Param("scope") Condition scope);

  /** For an operator, by its first name, while it goes by that. */
  @Select(
      SNAPSHOT
          + "u WHERE username = #{username} AND login_name IS NULL AND ${scope.text()}"
          + THERE)
  Optional<Account> byNameWithin(
      @Param("username") String username, @Param("scope") Condition scope);

  /** By its first name, while it goes by that. */
  @Select(SNAPSHOT + "WHERE username = #{username} AND login_name IS NULL" + THERE)
  Optional<Account> byName(@Param("username") String username);

  /** Counts accounts of this first name, also those that go by another one now. */
  @Select("SELECT COUNT(*) FROM user WHERE username = #{username}")
  int placedBy(@Param("username") String username);

  /**
   * Locks the row, unless the password is another one by now: a ban, a kick or a change of the
   * password that runs at the same time comes before or after, never between.
   */
  @Select(
      SNAPSHOT
          + "WHERE user_id = #{userId} AND password_hash = #{passwordHash}"
          + THERE
          + "FOR UPDATE")
  Optional<Account> provenLocked(
      @Param("userId") UserId userId, @Param("passwordHash") String passwordHash);

  /**
   * Locks the row: a ban or a kick that runs at the same time comes before or after, never between.
   */
  @Select(SNAPSHOT + "WHERE user_id = #{userId}" + THERE + "FOR UPDATE")
  Optional<Account> byIdLocked(@Param("userId") UserId userId);

  @Select(
      """
      SELECT user_id, password_hash FROM user
      WHERE username = #{username} AND login_name IS NULL AND password_hash IS NOT NULL
      """)
  Optional<Credentials> credentials(@Param("username") String username);

  /** Changes nothing when the hash is another one by now: whoever changed it was first. */
  @Update(
      """
      UPDATE user SET password_hash = #{replacement}
      WHERE user_id = #{userId} AND password_hash = #{passwordHash}
      """)
  int replaceHash(
      @Param("userId") UserId userId,
      @Param("passwordHash") String passwordHash,
      @Param("replacement") String replacement);

  @Select(
      """
      SELECT user_id, password_hash FROM user
      WHERE user_id = #{userId} AND password_hash IS NOT NULL
      """)
  Optional<Credentials> credentialsOf(@Param("userId") UserId userId);

  /** Of who has this identity as well. */
  @Select(
      """
      SELECT u.user_id, u.password_hash FROM user u JOIN user_identity i ON i.user_id = u.user_id
      WHERE u.user_id = #{userId} AND i.user_id = #{userId} AND i.identity_key = #{identity.key}
        AND u.password_hash IS NOT NULL
      """)
  Optional<Credentials> credentialsWith(
      @Param("userId") UserId userId, @Param("identity") Identity identity);

  @Update("UPDATE user SET password_hash = #{passwordHash} WHERE user_id = #{userId}")
  int setHash(@Param("userId") UserId userId, @Param("passwordHash") String passwordHash);

  @Select("SELECT renamed_at FROM user WHERE user_id = #{userId} AND renamed_at IS NOT NULL")
  Optional<Instant> renamedAt(@Param("userId") UserId userId);

  /**
   * An account whose player is in from the first moment on.
   *
   * <p>Throws DuplicateKeyException when the name is taken: the unique key decides every race. It
   * does so as well when the id is, which must never be.
   */
  @Insert(
      """
      INSERT INTO user (user_id, username, display_name, password_hash, status, auth_epoch,
                        channel, register_time, register_ip, register_device, last_login_time,
                        last_login_ip)
      VALUES (#{userId}, #{username}, #{displayName}, #{passwordHash}, 'ACTIVE', 0,
              #{channel}, #{at}, #{ip}, #{deviceId}, #{at}, #{ip})
      """)
  void insert(
      @Param("userId") UserId userId,
      @Param("username") String username,
      @Param("displayName") String displayName,
      @Param("passwordHash") @Nullable String passwordHash,
      @Param("channel") String channel,
      @Param("at") Instant at,
      @Param("ip") String ip,
      @Param("deviceId") @Nullable String deviceId);

  @Update(
      "UPDATE user SET last_login_time = #{at}, last_login_ip = #{ip} WHERE user_id = #{userId}")
  void loggedIn(@Param("userId") UserId userId, @Param("at") Instant at, @Param("ip") String ip);

  @Update("UPDATE user SET auth_epoch = auth_epoch + 1 WHERE user_id = #{userId}" + THERE)
  int raiseEpoch(@Param("userId") UserId userId);

  @Update(
      """
      UPDATE user
      SET display_name = COALESCE(#{change.displayName}, display_name),
          nickname = CASE WHEN #{change.withNickname} THEN #{change.nickname} ELSE nickname END,
          profile = NULLIF(JSON_MERGE_PATCH(COALESCE(profile, JSON_OBJECT()), #{change.profile}),
                           JSON_OBJECT())
      WHERE user_id = #{userId} AND status = 'ACTIVE'
      """)
  int show(@Param("userId") UserId userId, @Param("change") ProfileChange change);

  @Select(
      """
      SELECT user_id, COALESCE(login_name, username) AS username, username AS first_username,
             display_name, nickname, profile, password_hash IS NOT NULL AS has_password, status, channel,
             register_time, register_ip, register_device, renamed_at, last_login_time, last_login_ip
      FROM user WHERE user_id = #{userId}
      """)
  Optional<Exported> exported(@Param("userId") UserId userId);

  @Select("SELECT register_ip, register_device, last_login_ip FROM user WHERE user_id = #{userId}")
  Optional<Traces> traces(@Param("userId") UserId userId);

  @Update(
      """
      UPDATE user SET status = 'PENDING_DELETION', erase_after = #{eraseAfter}
      WHERE user_id = #{userId} AND status = 'ACTIVE'
      """)
  int leave(@Param("userId") UserId userId, @Param("eraseAfter") Instant eraseAfter);

  @Update(
      """
      UPDATE user SET status = 'ACTIVE', erase_after = NULL
      WHERE user_id = #{userId} AND status = 'PENDING_DELETION'
      """)
  int stay(@Param("userId") UserId userId);

  /** From here on nobody finds it, and no change of its ways in that has begun can be written. */
  @Update(
      """
      UPDATE user
      SET status = 'ERASING', erase_after = #{goOnAt}, identity_epoch = identity_epoch + 1
      WHERE user_id = #{userId} AND status = 'PENDING_DELETION' AND erase_after <= #{at}
      """)
  int beginErasing(
      @Param("userId") UserId userId, @Param("at") Instant at, @Param("goOnAt") Instant goOnAt);

  @Select(
      """
      SELECT COUNT(*) FROM user
      WHERE user_id = #{userId} AND status = 'ERASING' AND erase_after <= #{at}
      """)
  int mayGoOnErasing(@Param("userId") UserId userId, @Param("at") Instant at);

  @Select("SELECT username, login_name FROM user WHERE user_id = #{userId} AND status = 'ERASING'")
  Optional<Names> namesOfErasing(@Param("userId") UserId userId);

  /** The id stays, so that it is nobody else's, and what says nothing about a person. */
  @Update(
      """
      UPDATE user
      SET username = #{formerName}, login_name = NULL, renamed_at = NULL, display_name = '',
          nickname = NULL, profile = NULL, password_hash = NULL, status = 'ERASED',
          erase_after = NULL, auth_epoch = auth_epoch + 1, identity_epoch = identity_epoch + 1,
          channel = '', register_ip = '', register_device = NULL, last_login_time = NULL,
          last_login_ip = NULL, import_job = NULL, import_line = NULL
      WHERE user_id = #{userId} AND status = 'ERASING'
      """)
  int endErasing(@Param("userId") UserId userId, @Param("formerName") String formerName);

  /** What an account is found by. */
  record Names(String username, @Nullable String loginName) {}

  @Select("SELECT auth_epoch FROM user WHERE user_id = #{userId}")
  Optional<Integer> epoch(@Param("userId") UserId userId);

  /**
   * All that the row tells of a person.
   *
   * @param firstUsername the one that places the account
   */
  record Exported(
      UserId userId,
      String username,
      String firstUsername,
      String displayName,
      @Nullable String nickname,
      @Nullable Profile profile,
      boolean hasPassword,
      AccountStatus status,
      String channel,
      Instant registerTime,
      String registerIp,
      @Nullable String registerDevice,
      @Nullable Instant renamedAt,
      @Nullable Instant lastLoginTime,
      @Nullable String lastLoginIp) {}

  /** What a login by password needs to know first. */
  record Credentials(UserId userId, String passwordHash) {
    @Override
    public String toString() {
      return "Credentials[" + userId + ", [REDACTED]]";
    }
  }
}
