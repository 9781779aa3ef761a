package io.usercenter.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.platform.Redis;
import io.usercenter.platform.TestRedis;
import io.usercenter.testkit.Backends;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyUsesTest {
  private static final String SENDER = "198.51.100.7";

  private final Redis redis = TestRedis.at(Backends.redis().url());
  private final KeyUses uses = new KeyUses(redis, Duration.ofMinutes(1), text -> "test " + text);

  @AfterEach
  void close() {
    redis.close();
  }

  @Test
  void aKeyIsUsedInOnePlaceUntilItsUseIsTakenBack() {
    IdempotencyKey key = new IdempotencyKey("in one place");

    assertThat(uses.note(SENDER, key, "here")).isTrue();
    assertThat(uses.note(SENDER, key, "here")).isTrue();
    assertThat(uses.note(SENDER, key, "there")).isFalse();
    assertThat(uses.note("203.0.113.9", key, "there")).isTrue();

    uses.forget(SENDER, key);
    assertThat(uses.note(SENDER, key, "there")).isTrue();
  }

  @Test
  void whoSendsAgainWhileTheFirstIsTakenBackIsNotTakenForAnother() throws Exception {
    IdempotencyKey key = new IdempotencyKey("sent again");
    int times = 5_000;
    CountDownLatch both = new CountDownLatch(2);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> refused =
          threads.submit(
              () -> {
                both.countDown();
                both.await();
                int count = 0;
                for (int i = 0; i < times; i++) {
                  count += uses.note(SENDER, key, "here") ? 0 : 1;
                }
                return count;
              });
      Future<?> takenBack =
          threads.submit(
              () -> {
                both.countDown();
                both.await();
                for (int i = 0; i < times; i++) {
                  uses.forget(SENDER, key);
                }
                return null;
              });
      takenBack.get();
      assertThat(refused.get()).isZero();
    }
  }
}
