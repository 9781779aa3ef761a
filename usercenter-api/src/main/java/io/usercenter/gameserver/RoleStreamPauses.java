package io.usercenter.gameserver;

import io.usercenter.id.Shard;
import io.usercenter.platform.AdminMapper;
import io.usercenter.platform.Redis;
import io.usercenter.role.RoleEventStreams;
import io.usercenter.roleevent.RoleEventEntry;
import io.usercenter.shard.Shards;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.springframework.stereotype.Component;

/** Stops the streams of role events, and lets them go on; the listeners hear it within seconds. */
@Component
public final class RoleStreamPauses {
  private final Rows rows;
  private final Redis redis;
  private final InstantSource clock;

  RoleStreamPauses(Rows rows, Redis redis, InstantSource clock) {
    this.rows = rows;
    this.redis = redis;
    this.clock = clock;
  }

  /** Statements on {@code role_stream_pause}. */
  @AdminMapper
  interface Rows {
    @Select("SELECT stream, reason, paused_by, paused_at FROM role_stream_pause")
    List<Row> all();

    @Insert(
        """
        INSERT INTO role_stream_pause (stream, reason, paused_by, paused_at)
        VALUES (#{stream}, #{reason}, #{by}, #{at}) ON DUPLICATE KEY UPDATE stream = stream
        """)
    int insert(
        @Param("stream") int stream,
        @Param("reason") String reason,
        @Param("by") String by,
        @Param("at") Instant at);

    @Delete("DELETE FROM role_stream_pause WHERE stream = #{stream}")
    int delete(@Param("stream") int stream);
  }

  /** A row of {@code role_stream_pause}. */
  record Row(int stream, String reason, String pausedBy, Instant pausedAt) {}

  /**
   * A stream.
   *
   * @param stream two digits, those of the shard
   * @param entries that are not done; absent while Redis is away
   * @param reason why it is stopped, absent when it is not, as the next two
   */
  public record State(
      String stream,
      @Nullable Long entries,
      boolean paused,
      @Nullable String reason,
      @Nullable String pausedBy,
      @Nullable Instant pausedAt) {}

  /** All 32. */
  public List<State> states() {
    Map<Integer, Row> paused =
        rows.all().stream().collect(Collectors.toMap(Row::stream, Function.identity()));
    List<State> states = new ArrayList<>();
    for (Shard shard : Shards.all()) {
      Row row = paused.get(shard.number());
      Long entries =
          redis
              .ask(
                  "length of a stream of role events",
                  client ->
                      client.getStream(RoleEventEntry.streamOf(shard), StringCodec.INSTANCE).size())
              .orElse(null);
      states.add(
          row == null
              ? new State(shard.toString(), entries, false, null, null, null)
              : new State(
                  shard.toString(), entries, true, row.reason(), row.pausedBy(), row.pausedAt()));
    }
    return states;
  }

  /** What waits in all streams; empty while Redis is away. */
  public List<RoleEventStreams.Lag> lags() {
    return redis
        .ask(
            "lag of the streams of role events",
            client -> new RoleEventStreams(client).lags(clock.instant()))
        .orElse(List.of());
  }

  /** Stops a stream; one that is stopped keeps its reason. */
  public void pause(Shard stream, String reason, String by) {
    rows.insert(stream.number(), reason, by, clock.instant());
  }

  /** Lets a stream go on. */
  public void resume(Shard stream) {
    rows.delete(stream.number());
  }
}
