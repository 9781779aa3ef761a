package io.usercenter.role;

import io.usercenter.id.Shard;
import java.util.List;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RedissonClient;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.client.codec.StringCodec;

/** The Redis streams that carry role events, one for each shard, and the sending side of them. */
public final class RoleEventStreams {
  /** The consumer group that applies the events. */
  public static final String GROUP = "role-sync";

  /** The one field of an entry: the event as {@link RoleEvents#write JSON}. */
  public static final String FIELD = "e";

  private final RedissonClient redis;

  public RoleEventStreams(RedissonClient redis) {
    this.redis = redis;
  }

  /** {@code uc:role-events:{07}}; the braces keep a stream in one slot of a Redis Cluster. */
  public static String nameOf(Shard shard) {
    return "uc:role-events:{" + shard + "}";
  }

  /**
   * Sends events in one pipelined batch, each to the stream of its user's shard.
   *
   * @throws org.redisson.client.RedisException Redis is away. Some events may have been sent;
   *     sending all again, or applying them directly, is safe.
   */
  public void publish(List<RoleEvent> events) {
    if (events.isEmpty()) {
      return;
    }
    RBatch batch = redis.createBatch(BatchOptions.defaults());
    for (RoleEvent event : events) {
      var _ =
          batch
              .<String, String>getStream(nameOf(event.userId().shard()), StringCodec.INSTANCE)
              .addAsync(StreamAddArgs.entry(FIELD, RoleEvents.write(event)));
    }
    batch.execute();
  }
}
