package io.usercenter.rolesync;

import io.usercenter.shard.ShardHealth;
import io.usercenter.shard.ShardPools;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Ready: Redis is read and at least one shard is worked off, or an operator has stopped it. One
 * shard that is away changes nothing for the others, so it is named but does not count.
 */
final class RoleSyncHealth implements HealthIndicator {
  private final RoleSync sync;
  private final ShardPools pools;

  RoleSyncHealth(RoleSync sync, ShardPools pools) {
    this.sync = sync;
    this.pools = pools;
  }

  @Override
  public Health health() {
    List<StreamWorker> workers = sync.workers();
    ShardHealth shards = pools.health();
    boolean ready =
        workers.stream()
            .anyMatch(
                worker ->
                    worker.state() == StreamWorker.State.PAUSED
                        || (worker.state() == StreamWorker.State.WORKING
                            && shards.of(worker.shard()).up()));
    Map<String, String> waiting = new LinkedHashMap<>();
    for (StreamWorker worker : workers) {
      ShardHealth.Condition shard = shards.of(worker.shard());
      if (worker.state() != StreamWorker.State.WORKING) {
        waiting.put(worker.shard().toString(), worker.state() + " " + worker.reason());
      } else if (!shard.up()) {
        waiting.put(worker.shard().toString(), shard.status() + " " + shard.reason());
      }
    }
    return (ready ? Health.up() : Health.outOfService())
        .withDetail("waiting", waiting)
        .withDetail("adminDatabase", shards.admin().status())
        .withDetail("held", workers.stream().mapToInt(StreamWorker::heldCount).sum())
        .build();
  }
}
