package io.usercenter.note;

import io.usercenter.id.UserId;
import io.usercenter.platform.ShardMapper;
import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/** Statements on {@code account_note}. The first parameter routes each of them to one shard. */
@ShardMapper
interface AccountNoteMapper {
  @Insert(
      """
      INSERT INTO account_note (user_id, note_id, operator, text, written_at)
      VALUES (#{userId}, #{noteId}, #{operator}, #{text}, #{at})
      """)
  void insert(
      @Param("userId") UserId userId,
      @Param("noteId") long noteId,
      @Param("operator") String operator,
      @Param("text") String text,
      @Param("at") Instant at);

  @Select(
      """
      SELECT note_id, written_at AS at, operator, text FROM account_note
      WHERE user_id = #{userId} AND note_id < #{before} ORDER BY note_id DESC LIMIT #{limit}
      """)
  List<AccountNote> newest(
      @Param("userId") UserId userId, @Param("before") long before, @Param("limit") int limit);

  @Delete("DELETE FROM account_note WHERE user_id = #{userId}")
  int removeAll(@Param("userId") UserId userId);
}
