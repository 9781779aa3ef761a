package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.password.Argon2;
import io.usercenter.password.Argon2Cost;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/** Argon2id and nothing else, as fast as this machine can: what logins are set beside. */
final class RawHashes {
  private static final Argon2 ARGON2 = Argon2.fastest();

  private RawHashes() {}

  /** Hashes per second on as many threads as there are processors. */
  static double perSecond(Argon2Cost cost, Duration time) {
    byte[] password = Client.PASSWORD.getBytes(StandardCharsets.UTF_8);
    byte[] salt = "0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    int processors = Runtime.getRuntime().availableProcessors();
    LongAdder done = new LongAdder();
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(processors)) {
      for (int thread = 0; thread < processors; thread++) {
        threads.execute(
            () -> {
              while (System.nanoTime() - start < time.toNanos()) {
                assertThat(ARGON2.hash(password, salt, cost, 32)).hasSize(32);
                done.increment();
              }
            });
      }
    }
    return done.sum() * 1e9 / (System.nanoTime() - start);
  }
}
