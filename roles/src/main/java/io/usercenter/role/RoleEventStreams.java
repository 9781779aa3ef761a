package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleEventEntry;
import io.usercenter.roleevent.RoleEventKey;
import java.util.List;
import java.util.Map;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RedissonClient;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.client.codec.StringCodec;

/** Sends role events into the Redis streams, one for each shard. */
public final class RoleEventStreams {
  private final RedissonClient redis;

  public RoleEventStreams(RedissonClient redis) {
    this.redis = redis;
  }

  /**
   * Sends events in one pipelined batch, each to the stream of its user's shard.
   *
   * @param key of the credential that vouches for them
   * @throws org.redisson.client.RedisException Redis is away. Some events may have been sent;
   *     sending all again, or applying them directly, is safe.
   */
  public void publish(List<RoleEvent> events, RoleEventKey key) {
    if (events.isEmpty()) {
      return;
    }
    RBatch batch = redis.createBatch(BatchOptions.defaults());
    for (RoleEvent event : events) {
      add(batch, event.userId().shard(), RoleEventEntry.of(event, key));
    }
    batch.execute();
  }

  private static void add(RBatch batch, Shard shard, RoleEventEntry entry) {
    var _ =
        batch
            .<String, String>getStream(RoleEventEntry.streamOf(shard), StringCodec.INSTANCE)
            .addAsync(
                StreamAddArgs.entries(
                    Map.of(
                        RoleEventEntry.EVENT, entry.event(),
                        RoleEventEntry.CREDENTIAL, entry.credentialId(),
                        RoleEventEntry.SIGNATURE, entry.signature())));
  }
}
