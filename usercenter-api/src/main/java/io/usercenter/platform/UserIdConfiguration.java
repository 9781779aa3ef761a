package io.usercenter.platform;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.id.LeasedUserIds;
import io.usercenter.id.UserIdSettings;
import io.usercenter.id.UserIdStatus;
import io.usercenter.shard.ShardPools;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The generator of user ids of this process, its health and its metrics. */
@Configuration(proxyBeanMethods = false)
class UserIdConfiguration {
  @Bean
  LeasedUserIds leasedUserIds(ShardPools pools) {
    return LeasedUserIds.start(pools.admin(), UserIdSettings.standard(), processName());
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
    return ids::next;
  }

  /**
   * By name {@code userIds}: DOWN while no ids can be minted, so that registrations go elsewhere.
   */
  @Bean("userIdsHealthIndicator")
  HealthIndicator userIdHealth(LeasedUserIds ids) {
    return () -> {
      UserIdStatus status = ids.status();
      Health.Builder health = status.ready() ? Health.up() : Health.down();
      status.machine().ifPresent(machine -> health.withDetail("machine", machine));
      if (status.lastFailure() != null) {
        health.withDetail("lastFailure", status.lastFailure());
      }
      return health.withDetail("windowLeft", status.windowLeft().toString()).build();
    };
  }

  private static void count(
      String name,
      String description,
      LeasedUserIds ids,
      MeterRegistry meters,
      java.util.function.ToDoubleFunction<UserIdStatus> value) {
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
