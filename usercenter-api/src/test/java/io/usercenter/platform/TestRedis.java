package io.usercenter.platform;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;

/** Redis as the service uses it, for tests of other packages that need no whole service. */
public final class TestRedis {
  private TestRedis() {}

  /**
   * A client that is connected, and patient, so that a busy machine does not look like a Redis that
   * is away.
   */
  public static Redis at(String url) {
    Duration patience = Duration.ofSeconds(30);
    Redis redis =
        new Redis(new Redis.Settings(url, 8, patience, patience), new SimpleMeterRegistry());
    if (redis.ask("connect", client -> client.getKeys().count()).isEmpty()) {
      throw new IllegalStateException("no Redis at " + url);
    }
    return redis;
  }
}
