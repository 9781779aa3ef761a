package io.usercenter.ban;

import io.usercenter.id.UserId;
import io.usercenter.platform.AdminMapper;
import io.usercenter.scope.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/** Statements on {@code ban_batch} and {@code ban_batch_item}. */
@AdminMapper
interface BanBatchMapper {
  String BATCH =
      "SELECT batch_id, scope, target, reason_code, message, starts_at, ends_at, created_by,"
          + " created_at, undone_by, undone_at FROM ban_batch ";

  @Insert(
      """
      INSERT INTO ban_batch (batch_id, scope, target, reason_code, message, starts_at, ends_at,
                             created_by, created_at)
      VALUES (#{batchId}, #{order.scope}, #{order.target}, #{order.reasonCode}, #{order.message},
              #{order.from}, #{order.until}, #{order.by}, #{at})
      """)
  void insert(
      @Param("batchId") String batchId, @Param("order") BanOrder order, @Param("at") Instant at);

  /** One statement for all of them, new ones and known ones. */
  @Insert(
      """
      <script>
      INSERT INTO ban_batch_item (batch_id, position, wanted, user_id, result, ban_id) VALUES
      <foreach collection="items" item="i" separator=",">
        (#{batchId}, #{i.position}, #{i.wanted}, #{i.userId}, #{i.result}, #{i.banId})
      </foreach>
      ON DUPLICATE KEY UPDATE user_id = VALUES(user_id), result = VALUES(result), ban_id = VALUES(ban_id)
      </script>
      """)
  void put(@Param("batchId") String batchId, @Param("items") List<ItemRow> items);

  /** Of an account that is erased: the name it was wanted by goes. */
  @Update("UPDATE ban_batch_item SET wanted = user_id WHERE user_id = #{user}")
  int forgetWanted(@Param("user") UserId user);

  /** Of an operator who may ban everywhere any batch; of others those that they made. */
  String WITHIN =
      """
      ${scope.text()} AND (#{any} OR (created_by = #{by} AND created_at >=
        (SELECT o.created_at FROM operator o WHERE o.living_name = #{by})))
      """;

  @Select(BATCH + "WHERE batch_id = #{batchId}")
  Optional<Row> byId(@Param("batchId") String batchId);

  @Select(BATCH + "WHERE batch_id = #{batchId} AND " + WITHIN)
  Optional<Row> byIdWithin(
      @Param("batchId") String batchId,
      @Param("scope") Condition scope,
      @Param("any") boolean any,
      @Param("by") String by);

  @Select(BATCH + "WHERE " + WITHIN + "ORDER BY created_at DESC LIMIT 100")
  List<Row> newestWithin(
      @Param("scope") Condition scope, @Param("any") boolean any, @Param("by") String by);

  @Select(
      """
      SELECT position, wanted, user_id, result, ban_id FROM ban_batch_item
      WHERE batch_id = #{batchId} ORDER BY position
      """)
  List<ItemRow> items(@Param("batchId") String batchId);

  @Update(
      """
      UPDATE ban_batch SET undone_by = #{by}, undone_at = #{at}
      WHERE batch_id = #{batchId} AND undone_at IS NULL
      """)
  int undo(@Param("batchId") String batchId, @Param("by") String by, @Param("at") Instant at);

  /** A row of {@code ban_batch}. */
  record Row(
      String batchId,
      BanScope scope,
      String target,
      String reasonCode,
      String message,
      Instant startsAt,
      @Nullable Instant endsAt,
      String createdBy,
      Instant createdAt,
      @Nullable String undoneBy,
      @Nullable Instant undoneAt) {

    BanBatch toBatch(List<ItemRow> items) {
      return new BanBatch(
          batchId,
          scope,
          target,
          reasonCode,
          message,
          startsAt,
          endsAt,
          createdBy,
          createdAt,
          undoneBy,
          undoneAt,
          items.stream().map(ItemRow::toItem).toList());
    }
  }

  /** A row of {@code ban_batch_item}. */
  record ItemRow(
      int position,
      String wanted,
      @Nullable UserId userId,
      BanBatch.Outcome result,
      @Nullable Long banId) {

    static ItemRow of(BanBatch.Item item) {
      return new ItemRow(
          item.position(),
          item.wanted(),
          item.userId(),
          item.result(),
          item.banId() == null ? null : item.banId().value());
    }

    BanBatch.Item toItem() {
      return new BanBatch.Item(
          position, wanted, userId, result, banId == null ? null : new BanId(banId));
    }
  }
}
