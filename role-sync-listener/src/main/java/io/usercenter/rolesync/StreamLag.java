package io.usercenter.rolesync;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.id.Shard;
import io.usercenter.roleevent.RoleEventEntry;
import io.usercenter.shard.Shards;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RFuture;
import org.redisson.api.RStreamAsync;
import org.redisson.api.RedissonClient;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamRangeArgs;
import org.redisson.client.codec.StringCodec;

/**
 * How far behind the streams are, as all listeners together: entries that are not done, and the age
 * of the oldest of them by the clock of Redis, which stamped it, against ours.
 */
final class StreamLag {
  private final RedissonClient redis;
  private final InstantSource clock;
  private volatile List<Lag> last = List.of();

  /** The lag of one stream. */
  record Lag(Shard shard, long entries, Duration age) {}

  StreamLag(RedissonClient redis, InstantSource clock, MeterRegistry meters) {
    this.redis = redis;
    this.clock = clock;
    for (Shard shard : Shards.all()) {
      Gauge.builder("uc.role.sync.lag.entries", () -> of(shard, lag -> (double) lag.entries()))
          .description(
              "role events in the stream that are not applied yet; NaN while Redis is away")
          .tag("stream", shard.toString())
          .register(meters);
      Gauge.builder("uc.role.sync.lag.seconds", () -> of(shard, lag -> lag.age().toMillis() / 1e3))
          .description("age of the oldest role event that is not applied; NaN while Redis is away")
          .tag("stream", shard.toString())
          .register(meters);
    }
  }

  /** Asks Redis, in one round trip; empty while it is away. */
  List<Lag> measure() {
    try {
      last = ask();
    } catch (RuntimeException e) {
      last = List.of();
      if (RoleStream.failureOfRedis(e).isEmpty()) {
        throw e;
      }
    }
    return last;
  }

  private List<Lag> ask() {
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
    Instant now = clock.instant();
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

  private double of(Shard shard, java.util.function.ToDoubleFunction<Lag> value) {
    List<Lag> lags = last;
    return lags.isEmpty() ? Double.NaN : value.applyAsDouble(lags.get(shard.number()));
  }
}
