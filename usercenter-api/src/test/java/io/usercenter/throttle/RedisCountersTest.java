package io.usercenter.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.platform.Redis;
import io.usercenter.platform.TestRedis;
import io.usercenter.testkit.Backends;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.KeysScanOptions;

/** Counters in a real Redis. */
class RedisCountersTest extends CountersContract {
  private static Redis redis;

  @BeforeAll
  static void connect() {
    redis = TestRedis.at(Backends.redis().url());
  }

  @AfterAll
  static void disconnect() {
    redis.close();
  }

  @Override
  Counters counters() {
    return new RedisCounters(redis, Guessing.settings());
  }

  /** What has no end of life stays in memory for ever. */
  @Test
  void everyCounterEnds() {
    Counters counters = counters();
    GuessKeys wrong = Guessing.keys(Guessing.fresh(), Guessing.fresh(), Guessing.fresh());
    GuessKeys right = Guessing.keys(Guessing.fresh(), Guessing.fresh(), Guessing.fresh());
    for (GuessKeys keys : List.of(wrong, right, right)) {
      var reserved = (Counters.Reservation.Reserved) counters.reserve(keys).orElseThrow();
      if (keys.equals(right)) {
        counters.settle(keys, reserved, Counters.Settlement.RIGHT);
      }
    }
    var _ = counters.take("uc:rate:test:" + Guessing.fresh(), Quota.of("1/1h"));
    assertThat(redis.ask("look", RedisCountersTest::lives).orElseThrow())
        .isNotEmpty()
        .allSatisfy(life -> assertThat(life).isPositive());
  }

  private static List<Long> lives(RedissonClient client) {
    Iterable<String> keys = client.getKeys().getKeys(KeysScanOptions.defaults().pattern("uc:*"));
    return StreamSupport.stream(keys.spliterator(), false)
        .filter(key -> key.startsWith("uc:{guess}:") || key.startsWith("uc:rate:"))
        .map(key -> client.getKeys().remainTimeToLive(key))
        .toList();
  }
}
