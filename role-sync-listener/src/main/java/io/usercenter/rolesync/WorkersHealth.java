package io.usercenter.rolesync;

import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Alive: no worker has died. Whether there is anything to work with says nothing about that. */
final class WorkersHealth implements HealthIndicator {
  private final RoleSync sync;

  WorkersHealth(RoleSync sync) {
    this.sync = sync;
  }

  @Override
  public Health health() {
    List<String> dead =
        sync.workers().stream()
            .filter(worker -> worker.state() == StreamWorker.State.DEAD)
            .map(worker -> worker.shard() + " " + worker.reason())
            .toList();
    return (dead.isEmpty() ? Health.up() : Health.down().withDetail("dead", dead)).build();
  }
}
