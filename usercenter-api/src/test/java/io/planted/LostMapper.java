package io.planted;

import io.usercenter.id.UserId;
import io.usercenter.platform.ShardMapper;
import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/** A mapper that others can see, with statements that no shard is named for. */
@ShardMapper
public interface LostMapper {
  /** Routes by nothing. */
  @Select("SELECT user_id FROM user WHERE register_time > #{since}")
  List<UserId> registeredSince(@Param("since") Instant since);

  /** The order is wrong. */
  @Select("SELECT 1 FROM ban WHERE ban_id = #{banId} AND user_id = #{userId}")
  int ban(@Param("banId") long banId, @Param("userId") UserId userId);

  /** Takes the user and does not use him. */
  @Select("SELECT COUNT(*) FROM user")
  long count(@Param("userId") UserId userId);

  /** A text that is no username. */
  @Select("SELECT 1 FROM user WHERE display_name = #{displayName}")
  int byDisplayName(@Param("displayName") String displayName);
}
