package io.usercenter.player;

import io.usercenter.id.UserId;
import io.usercenter.platform.AdminMapper;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Param;

/** Statements on {@code rejected_role_event}, which the listener of role events writes. */
@AdminMapper
interface RejectedEventMapper {
  @Delete("DELETE FROM rejected_role_event WHERE user_id = #{user}")
  int removeAll(@Param("user") UserId user);
}
