package io.usercenter.rolesync;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.usercenter.role.RoleOutcome;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What happened to events, as counters. */
final class RoleSyncMeters {
  private static final String EVENTS = "uc.role.sync.events";

  private final Counter applied;
  private final Counter superseded;
  private final Counter parked;
  private final Counter adopted;
  private final Counter postponed;
  private final Counter takenOver;
  private final Map<RoleOutcome.Rejection, Counter> rejected =
      new EnumMap<>(RoleOutcome.Rejection.class);
  private final DistributionSummary batchSize;
  private final Timer batchTime;

  RoleSyncMeters(MeterRegistry registry) {
    applied = events(registry, "applied", "");
    superseded = events(registry, "superseded", "");
    parked = events(registry, "parked", "");
    postponed = events(registry, "postponed", "");
    adopted =
        Counter.builder("uc.role.sync.adopted")
            .description("parked characters that were given to players who had appeared")
            .register(registry);
    for (RoleOutcome.Rejection reason : RoleOutcome.Rejection.values()) {
      rejected.put(reason, events(registry, "rejected", reason.name()));
    }
    takenOver =
        Counter.builder("uc.role.sync.taken.over")
            .description("entries taken from consumers that had died")
            .register(registry);
    batchSize =
        DistributionSummary.builder("uc.role.sync.batch.size")
            .description("entries applied together")
            .serviceLevelObjectives(1, 10, 50, 100, 200, 500, 1000)
            .register(registry);
    batchTime =
        Timer.builder("uc.role.sync.batch.time")
            .description("from reading a batch to its acknowledgement")
            .serviceLevelObjectives(
                Duration.ofMillis(5),
                Duration.ofMillis(10),
                Duration.ofMillis(25),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(250),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5))
            .register(registry);
  }

  private static Counter events(MeterRegistry registry, String outcome, String reason) {
    return Counter.builder(EVENTS)
        .description("role events by what became of them; postponed ones are counted at every try")
        .tag("outcome", outcome)
        .tag("reason", reason)
        .register(registry);
  }

  void count(RoleOutcome outcome) {
    switch (outcome) {
      case RoleOutcome.Applied() -> applied.increment();
      case RoleOutcome.Superseded() -> superseded.increment();
      case RoleOutcome.Rejected(RoleOutcome.Rejection reason, _) -> rejected(reason).increment();
      case RoleOutcome.Parked() -> parked.increment();
      case RoleOutcome.Postponed _ -> postponed.increment();
    }
  }

  @SuppressWarnings("NullAway") // the constructor has put every reason
  private Counter rejected(RoleOutcome.Rejection reason) {
    return rejected.get(reason);
  }

  void countAdopted(int characters) {
    adopted.increment(characters);
  }

  void countGivenUp(int characters) {
    rejected(RoleOutcome.Rejection.UNKNOWN_USER).increment(characters);
  }

  void countTakenOver(int entries) {
    takenOver.increment(entries);
  }

  void batch(int entries, long nanos) {
    batchSize.record(entries);
    batchTime.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Since the start. */
  Counts counts() {
    return new Counts(
        (long) applied.count(),
        (long) superseded.count(),
        (long) parked.count(),
        (long) rejected.values().stream().mapToDouble(Counter::count).sum(),
        (long) postponed.count());
  }

  /** How many events had which end. */
  record Counts(long applied, long superseded, long parked, long rejected, long postponed) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    Counts since(Counts earlier) {
      return new Counts(
          applied - earlier.applied,
          superseded - earlier.superseded,
          parked - earlier.parked,
          rejected - earlier.rejected,
          postponed - earlier.postponed);
    }
  }
}
