package io.usercenter.ban;

import io.usercenter.id.UserId;
import io.usercenter.platform.ShardMapper;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/** Statements on {@code ban}. The first parameter routes each of them to one shard. */
@ShardMapper
interface BanMapper {
  String ROW =
      "SELECT ban_id, user_id, scope, target, reason_code, message, starts_at, ends_at, created_by,"
          + " created_at, lifted_at, lifted_by FROM ban ";

  @Insert(
      """
      INSERT INTO ban (user_id, ban_id, scope, target, reason_code, message, starts_at, ends_at,
                       created_by, created_at)
      VALUES (#{userId}, #{banId}, 'ACCOUNT', '', #{reasonCode}, #{message}, #{at}, #{until}, #{by}, #{at})
      """)
  void insert(
      @Param("userId") UserId userId,
      @Param("banId") long banId,
      @Param("reasonCode") String reasonCode,
      @Param("message") String message,
      @Param("at") Instant at,
      @Param("until") @Nullable Instant until,
      @Param("by") String by);

  /** The active account ban that lasts longest; one without an end lasts longest of all. */
  @Select(
      ROW
          + """
          WHERE user_id = #{userId} AND scope = 'ACCOUNT' AND lifted_at IS NULL
            AND starts_at <= #{at} AND (ends_at IS NULL OR ends_at > #{at})
          ORDER BY ends_at IS NULL DESC, ends_at DESC LIMIT 1
          """)
  Optional<Row> active(@Param("userId") UserId userId, @Param("at") Instant at);

  @Select(ROW + "WHERE user_id = #{userId} ORDER BY ban_id DESC LIMIT 100")
  List<Row> newest(@Param("userId") UserId userId);

  @Select(ROW + "WHERE user_id = #{userId} AND ban_id = #{banId}")
  Optional<Row> byId(@Param("userId") UserId userId, @Param("banId") long banId);

  @Update(
      """
      UPDATE ban SET lifted_at = #{at}, lifted_by = #{by}
      WHERE user_id = #{userId} AND ban_id = #{banId} AND lifted_at IS NULL
      """)
  int lift(
      @Param("userId") UserId userId,
      @Param("banId") long banId,
      @Param("at") Instant at,
      @Param("by") String by);

  /** A row of {@code ban}. */
  record Row(
      long banId,
      UserId userId,
      String scope,
      String target,
      String reasonCode,
      String message,
      Instant startsAt,
      @Nullable Instant endsAt,
      String createdBy,
      Instant createdAt,
      @Nullable Instant liftedAt,
      @Nullable String liftedBy) {

    Ban toBan() {
      return new Ban(
          new BanId(banId),
          userId,
          scope,
          target,
          reasonCode,
          message,
          startsAt,
          endsAt,
          createdBy,
          createdAt,
          liftedAt,
          liftedBy);
    }
  }
}
