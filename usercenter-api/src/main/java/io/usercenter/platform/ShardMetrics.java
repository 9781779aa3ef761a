package io.usercenter.platform;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.usercenter.id.Shard;
import io.usercenter.shard.PoolUsage;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * {@code uc.shard.up} by shard, and {@code uc.pool.connections} by MySQL instance, purpose and
 * state. A pool serves all the shards on its instance, so there is none for each shard.
 */
@Component
final class ShardMetrics {
  private final ShardPools pools;
  private final MultiGauge connections;

  ShardMetrics(ShardPools pools, MeterRegistry meters) {
    this.pools = pools;
    this.connections =
        MultiGauge.builder("uc.pool.connections")
            .description("connections of a pool: active, idle, max, and threads waiting for one")
            .register(meters);
    for (Shard shard : Shards.all()) {
      Gauge.builder("uc.shard.up", pools, p -> p.health().of(shard).up() ? 1 : 0)
          .description("1 when the shard serves")
          .tag("shard", shard.toString())
          .register(meters);
    }
    refresh();
  }

  /** Instances come and go, and their pools with them. */
  @Scheduled(fixedDelay = 5000)
  void refresh() {
    List<MultiGauge.Row<?>> rows =
        pools.usage().stream()
            .<MultiGauge.Row<?>>flatMap(
                usage ->
                    Stream.of(
                        row(usage, "active", PoolUsage::active),
                        row(usage, "idle", PoolUsage::idle),
                        row(usage, "waiting", PoolUsage::waiting),
                        row(usage, "max", PoolUsage::max)))
            .toList();
    connections.register(rows, true);
  }

  private static MultiGauge.Row<?> row(
      PoolUsage usage, String state, ToIntFunction<PoolUsage> value) {
    return MultiGauge.Row.of(
        Tags.of(
            "instance", usage.instance().toString(), "kind", usage.kind().name(), "state", state),
        value.applyAsInt(usage));
  }
}
