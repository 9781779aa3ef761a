package io.usercenter.platform;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.id.ClockVotes;
import io.usercenter.id.LeasedUserIds;
import io.usercenter.id.UserIdStatus;
import io.usercenter.shard.ShardPools;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The generator of user ids of this process, its health and its metrics. */
@Configuration(proxyBeanMethods = false)
class UserIdConfiguration {
  @Bean
  LeasedUserIds leasedUserIds(ShardPools pools, UserIdProperties properties) {
    return LeasedUserIds.start(pools.admin(), properties.toSettings(), processName());
  }

  @Bean
  UserIds mintedUserIds(LeasedUserIds ids, MeterRegistry meters) {
    Gauge.builder("uc.id.window.left", ids, i -> i.status().windowLeft().toMillis() / 1000.0)
        .description("seconds until ids are refused if the admin database stays away")
        .register(meters);
    Gauge.builder("uc.id.lead", ids, i -> i.status().lead().toMillis() / 1000.0)
        .description("seconds that the fullest lane is ahead of the clock")
        .register(meters);
    count("uc.id.refused", "callers that got no id", ids, meters, UserIdStatus::refused);
    count(
        "uc.id.parked",
        "callers that waited for room in a lane",
        ids,
        meters,
        UserIdStatus::parked);
    count("uc.id.saturated", "callers that waited in vain", ids, meters, UserIdStatus::saturated);
    count(
        "uc.id.leases.lost",
        "machine numbers taken over by others",
        ids,
        meters,
        UserIdStatus::leasesLost);
    votesLost("store", ids, meters, ClockVotes::store);
    votesLost("wall", ids, meters, ClockVotes::wall);
    votesLost("own", ids, meters, ClockVotes::own);
    return ids::next;
  }

  /**
   * By name {@code userIds}: DOWN, with the reason, exactly while no ids can be minted, so that
   * registrations go elsewhere.
   */
  @Bean("userIdsHealthIndicator")
  HealthIndicator userIdHealth(LeasedUserIds ids) {
    return () -> {
      UserIdStatus status = ids.status();
      Health.Builder health = status.ready() ? Health.up() : Health.down();
      UserIdStatus.Refusal refusal = status.refusal();
      if (refusal != null) {
        health.withDetail("code", refusal.code()).withDetail("reason", refusal.reason());
      }
      status.machine().ifPresent(machine -> health.withDetail("machine", machine));
      if (status.lastFailure() != null) {
        health.withDetail("lastFailure", status.lastFailure());
      }
      return health.withDetail("windowLeft", status.windowLeft().toString()).build();
    };
  }

  private static void votesLost(
      String clock, LeasedUserIds ids, MeterRegistry meters, ToLongFunction<ClockVotes> value) {
    FunctionCounter.builder(
            "uc.id.clock.votes.lost", ids, i -> value.applyAsLong(i.status().votesLost()))
        .description("renewals at which this clock was outvoted by the other two")
        .tag("clock", clock)
        .register(meters);
  }

  private static void count(
      String name,
      String description,
      LeasedUserIds ids,
      MeterRegistry meters,
      ToDoubleFunction<UserIdStatus> value) {
    FunctionCounter.builder(name, ids, i -> value.applyAsDouble(i.status()))
        .description(description)
        .register(meters);
  }

  private static String processName() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "unknown-host";
    }
    return "api " + host + " " + ProcessHandle.current().pid();
  }
}
