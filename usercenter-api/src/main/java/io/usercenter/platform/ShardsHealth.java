package io.usercenter.platform;

import io.usercenter.shard.ShardHealth;
import io.usercenter.shard.ShardPools;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;

/**
 * Health of the shards, by name {@code shards}. With some of them away the service stays in
 * rotation, status {@code DEGRADED}: the players of the others must not notice. DOWN only when all
 * are away.
 */
@Component("shardsHealthIndicator")
final class ShardsHealth implements HealthIndicator {
  private final ShardPools pools;

  ShardsHealth(ShardPools pools) {
    this.pools = pools;
  }

  @Override
  public Health health() {
    ShardHealth health = pools.health();
    Health.Builder answer;
    if (health.allUp()) {
      answer = Health.up();
    } else if (health.notUp().size() == health.shards().size()) {
      answer = Health.down();
    } else {
      answer = Health.status(new Status("DEGRADED"));
    }
    answer.withDetail("up", health.shards().size() - health.notUp().size());
    for (ShardHealth.Row row : health.notUp()) {
      answer.withDetail(
          "shard " + row.shard(),
          "%s at %s since %s: %s"
              .formatted(
                  row.condition().status(),
                  row.condition().instance(),
                  row.condition().since(),
                  row.condition().reason()));
    }
    return answer.build();
  }
}
