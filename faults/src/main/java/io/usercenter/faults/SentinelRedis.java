package io.usercenter.faults;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.RedisServer;
import io.usercenter.testkit.RedisSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A master, a replica, and three sentinels that make the one from the other. */
final class SentinelRedis implements FailingOver {
  private static final String NAME = "usercenter";

  private final RedisServer master = Backends.newRedis(RedisSettings.standard().keepingData());
  private final RedisServer replica =
      Backends.newRedis(
          RedisSettings.standard()
              .keepingData()
              .withOption("--replicaof", "127.0.0.1", Integer.toString(master.port())));
  private final List<RedisServer> sentinels = new ArrayList<>();

  SentinelRedis() {
    for (int i = 0; i < 3; i++) {
      sentinels.add(
          Backends.newRedis(
              RedisSettings.standard()
                  .asSentinel(
                      List.of(
                          "sentinel monitor %s 127.0.0.1 %d 2".formatted(NAME, master.port()),
                          "sentinel down-after-milliseconds %s 1000".formatted(NAME),
                          "sentinel failover-timeout %s 5000".formatted(NAME)))));
    }
    for (RedisServer sentinel : sentinels) {
      Waiting.until(
          "the sentinels know each other and the replica",
          Duration.ofMinutes(1),
          () -> {
            String masters = sentinel.request("INFO sentinel");
            return masters.contains("status=ok") && masters.contains("slaves=1,sentinels=3");
          });
    }
  }

  @Override
  public RedisServer master() {
    return master;
  }

  @Override
  public boolean isTakenOver() {
    return replica.request("INFO replication").contains("role:master");
  }

  @Override
  public Map<String, String> environment() {
    return Map.of(
        "UC_REDIS_URL",
        sentinels.stream()
            .map(sentinel -> sentinel.host() + ":" + sentinel.port())
            .collect(Collectors.joining(",", "redis-sentinel://", "/" + NAME)));
  }

  @Override
  public void close() {
    sentinels.forEach(RedisServer::close);
    replica.close();
    master.close();
  }
}
