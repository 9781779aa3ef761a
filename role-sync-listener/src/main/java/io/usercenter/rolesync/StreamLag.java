package io.usercenter.rolesync;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.id.Shard;
import io.usercenter.role.RoleEventStreams;
import io.usercenter.shard.Shards;
import java.time.InstantSource;
import java.util.List;
import org.redisson.api.RedissonClient;

/**
 * How far behind the streams are, as all listeners together: entries that are not done, and the age
 * of the oldest of them by the clock of Redis, which stamped it, against ours.
 */
final class StreamLag {
  private final RedissonClient redis;
  private final InstantSource clock;
  private volatile List<RoleEventStreams.Lag> last = List.of();

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
  List<RoleEventStreams.Lag> measure() {
    try {
      last = new RoleEventStreams(redis).lags(clock.instant());
    } catch (RuntimeException e) {
      last = List.of();
      if (RoleStream.failureOfRedis(e).isEmpty()) {
        throw e;
      }
    }
    return last;
  }

  private double of(Shard shard, java.util.function.ToDoubleFunction<RoleEventStreams.Lag> value) {
    List<RoleEventStreams.Lag> lags = last;
    return lags.isEmpty() ? Double.NaN : value.applyAsDouble(lags.get(shard.number()));
  }
}
