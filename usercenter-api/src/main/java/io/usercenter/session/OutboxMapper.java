package io.usercenter.session;

import io.usercenter.id.UserId;
import io.usercenter.platform.ShardMapper;
import java.time.Instant;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;

/** Statements on {@code outbox}. The first parameter routes each of them to one shard. */
@ShardMapper
interface OutboxMapper {
  @Insert(
      """
      INSERT INTO outbox (user_id, kind, payload, created_at)
      VALUES (#{userId}, #{kind}, #{payload}, #{at})
      """)
  void insert(
      @Param("userId") UserId userId,
      @Param("kind") String kind,
      @Param("payload") String payload,
      @Param("at") Instant at);
}
