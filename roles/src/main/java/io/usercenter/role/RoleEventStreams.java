package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleEventEntry;
import io.usercenter.roleevent.RoleEventKey;
import io.usercenter.shard.Shards;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RFuture;
import org.redisson.api.RStreamAsync;
import org.redisson.api.RedissonClient;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamRangeArgs;
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
   * @param traceParent what causes them, for the listener's traces; null when that is not traced
   * @throws org.redisson.client.RedisException Redis is away. Some events may have been sent;
   *     sending all again, or applying them directly, is safe.
   */
  public void publish(List<RoleEvent> events, RoleEventKey key, @Nullable String traceParent) {
    if (events.isEmpty()) {
      return;
    }
    RBatch batch = redis.createBatch(BatchOptions.defaults());
    for (RoleEvent event : events) {
      add(batch, event.userId().shard(), RoleEventEntry.of(event, key), traceParent);
    }
    batch.execute();
  }

  /**
   * What waits in a stream.
   *
   * @param entries that are not applied yet
   * @param age of the oldest of them
   */
  public record Lag(Shard shard, long entries, Duration age) {}

  /**
   * What waits in each of the streams, in one round trip.
   *
   * @throws org.redisson.client.RedisException Redis is away
   */
  public List<Lag> lags(Instant now) {
    RBatch batch = redis.createBatch(BatchOptions.defaults());
    List<RFuture<Long>> sizes = new ArrayList<>();
    List<RFuture<Map<StreamMessageId, Map<String, String>>>> oldest = new ArrayList<>();
    for (Shard shard : Shards.all()) {
      RStreamAsync<String, String> stream =
          batch.getStream(RoleEventEntry.streamOf(shard), StringCodec.INSTANCE);
      sizes.add(stream.sizeAsync());
      oldest.add(
          stream.rangeAsync(
              StreamRangeArgs.startId(StreamMessageId.MIN).endId(StreamMessageId.MAX).count(1)));
    }
    batch.execute();
    List<Lag> lags = new ArrayList<>();
    for (Shard shard : Shards.all()) {
      Duration age =
          oldest.get(shard.number()).toCompletableFuture().join().keySet().stream()
              .findFirst()
              .map(id -> Duration.between(Instant.ofEpochMilli(id.getId0()), now))
              .filter(Duration::isPositive)
              .orElse(Duration.ZERO);
      lags.add(new Lag(shard, sizes.get(shard.number()).toCompletableFuture().join(), age));
    }
    return lags;
  }

  private static void add(
      RBatch batch, Shard shard, RoleEventEntry entry, @Nullable String traceParent) {
    Map<String, String> fields =
        Map.of(
            RoleEventEntry.EVENT, entry.event(),
            RoleEventEntry.CREDENTIAL, entry.credentialId(),
            RoleEventEntry.SIGNATURE, entry.signature());
    if (traceParent != null) {
      fields = new HashMap<>(fields);
      fields.put(RoleEventEntry.TRACE, traceParent);
    }
    var _ =
        batch
            .<String, String>getStream(RoleEventEntry.streamOf(shard), StringCodec.INSTANCE)
            .addAsync(StreamAddArgs.entries(fields));
  }
}
