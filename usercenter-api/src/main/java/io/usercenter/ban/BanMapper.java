package io.usercenter.ban;

import io.usercenter.id.UserId;
import io.usercenter.platform.ShardMapper;
import io.usercenter.scope.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Delete;
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
          + " created_at, lifted_at, lifted_by, batch_id FROM ban ";

  @Insert(
      """
      INSERT INTO ban (user_id, ban_id, scope, target, reason_code, message, starts_at, ends_at,
                       created_by, created_at, batch_id, kicks_at)
      VALUES (#{userId}, #{banId}, #{order.scope}, #{order.target}, #{order.reasonCode},
              #{order.message}, #{startsAt}, #{endsAt}, #{order.by}, #{at}, #{batchId}, #{kicksAt})
      """)
  void insert(
      @Param("userId") UserId userId,
      @Param("banId") long banId,
      @Param("order") BanOrder order,
      @Param("startsAt") Instant startsAt,
      @Param("endsAt") @Nullable Instant endsAt,
      @Param("at") Instant at,
      @Param("batchId") @Nullable String batchId,
      @Param("kicksAt") @Nullable Instant kicksAt);

  /** Neither lifted nor over; some may start later. */
  @Select(
      ROW
          + """
          WHERE user_id = #{userId} AND lifted_at IS NULL AND (ends_at IS NULL OR ends_at > #{at})
          ORDER BY ban_id
          """)
  List<Row> standing(@Param("userId") UserId userId, @Param("at") Instant at);

  @Select(ROW + "WHERE user_id = #{userId} ORDER BY ban_id DESC LIMIT #{limit}")
  List<Row> newest(@Param("userId") UserId userId, @Param("limit") int limit);

  /** For an operator. */
  @Select(
      ROW + "b WHERE user_id = #{userId} AND ${scope.text()} ORDER BY ban_id DESC LIMIT #{limit}")
  List<Row> newestWithin(
      @Param("userId") UserId userId, @Param("scope") Condition scope, @Param("limit") int limit);

  /** For an operator: neither lifted nor over; some may start later. */
  @Select(
      ROW
          + """
          b WHERE user_id = #{userId} AND ${scope.text()}
            AND lifted_at IS NULL AND (ends_at IS NULL OR ends_at > #{at})
          ORDER BY ban_id
          """)
  List<Row> standingWithin(
      @Param("userId") UserId userId, @Param("scope") Condition scope, @Param("at") Instant at);

  /** For an operator. */
  @Select(ROW + "b WHERE user_id = #{userId} AND ban_id = #{banId} AND ${scope.text()}")
  Optional<Row> byIdWithin(
      @Param("userId") UserId userId, @Param("banId") long banId, @Param("scope") Condition scope);

  @Select(ROW + "WHERE user_id = #{userId} AND ban_id = #{banId}")
  Optional<Row> byId(@Param("userId") UserId userId, @Param("banId") long banId);

  @Select(ROW + "WHERE user_id = #{userId} AND batch_id = #{batchId}")
  Optional<Row> byBatch(@Param("userId") UserId userId, @Param("batchId") String batchId);

  @Update(
      """
      UPDATE ban SET lifted_at = #{at}, lifted_by = #{by}, kicks_at = NULL
      WHERE user_id = #{userId} AND ban_id = #{banId} AND lifted_at IS NULL
      """)
  int lift(
      @Param("userId") UserId userId,
      @Param("banId") long banId,
      @Param("at") Instant at,
      @Param("by") String by);

  @Delete(
      """
      DELETE FROM ban
      WHERE user_id = #{userId} AND (lifted_at IS NOT NULL OR ends_at <= #{at})
      """)
  int removePast(@Param("userId") UserId userId, @Param("at") Instant at);

  /** Whoever changes the row has to end the sessions; it changes for one of several. */
  @Update(
      """
      UPDATE ban SET kicks_at = NULL
      WHERE user_id = #{userId} AND ban_id = #{banId} AND kicks_at <= #{at}
      """)
  int claimKick(
      @Param("userId") UserId userId, @Param("banId") long banId, @Param("at") Instant at);

  /** A row of {@code ban}. */
  record Row(
      long banId,
      UserId userId,
      BanScope scope,
      String target,
      String reasonCode,
      String message,
      Instant startsAt,
      @Nullable Instant endsAt,
      String createdBy,
      Instant createdAt,
      @Nullable Instant liftedAt,
      @Nullable String liftedBy,
      @Nullable String batchId) {

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
          liftedBy,
          batchId);
    }
  }
}
