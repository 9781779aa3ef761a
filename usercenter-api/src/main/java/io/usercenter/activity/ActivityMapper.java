package io.usercenter.activity;

import io.usercenter.platform.AdminMapper;
import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/** Statements on {@code activity_hour}. */
@AdminMapper
interface ActivityMapper {
  /** The count is that of the hour so far, not what was added to it. */
  @Insert(
      """
      INSERT INTO activity_hour (hour, kind, process, count)
      VALUES (#{hour}, #{kind}, #{process}, #{count}) ON DUPLICATE KEY UPDATE count = VALUES(count)
      """)
  void put(
      @Param("hour") Instant hour,
      @Param("kind") Activity.Kind kind,
      @Param("process") String process,
      @Param("count") long count);

  @Select(
      """
      SELECT hour, kind, SUM(count) AS count FROM activity_hour
      WHERE hour >= #{from} GROUP BY hour, kind
      """)
  List<Row> since(@Param("from") Instant from);

  /** Some rows for each hour and start of an instance. */
  @Delete("DELETE FROM activity_hour WHERE hour < #{before}")
  void dropBefore(@Param("before") Instant before);

  /** Over all processes. */
  record Row(Instant hour, Activity.Kind kind, long count) {}
}
