package io.usercenter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Passwords wait for a bounded time, whatever they cost; who would wait longer hears it at once.
 */
class HashPoolTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final CountDownLatch finish = new CountDownLatch(1);
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void end() {
    finish.countDown();
    callers.close();
  }

  @Test
  void theResultComesBack() {
    try (HashPool pool = new HashPool(2, HashPriority.LOW, Duration.ofSeconds(10), meters)) {
      assertThat(pool.run(SECOND, () -> "hash")).isEqualTo("hash");
      assertThat(gauge("uc.password.queue")).isZero();
      assertThat(gauge("uc.password.expected.wait")).isZero();
      assertThat(meters.get("uc.password.wait").timer().count()).isEqualTo(1);
    }
  }

  @Test
  void itsThreadsStandBackWhenOthersWantTheProcessor() {
    try (HashPool pool = new HashPool(1, HashPriority.LOW, Duration.ofSeconds(10), meters)) {
      boolean linux = System.getProperty("os.name", "").startsWith("Linux");
      assertThat(pool.run(SECOND, HashPoolTest::niceness)).isGreaterThanOrEqualTo(linux ? 10 : 0);
    }
  }

  @Test
  void itsThreadsRunWhenNobodyElseWantsToIfToldSo() {
    try (HashPool pool = new HashPool(1, HashPriority.IDLE, Duration.ofSeconds(10), meters)) {
      boolean linux = System.getProperty("os.name", "").startsWith("Linux");
      assertThat(pool.run(SECOND, () -> stat(41))).isEqualTo(linux ? 5 : 0); // SCHED_IDLE
    }
  }

  /** Of the thread that asks. */
  private static int niceness() {
    return stat(19);
  }

  /** A field of proc_pid_stat(5), counted as there, behind the name. */
  private static int stat(int field) {
    try {
      String stat = Files.readString(Path.of("/proc/thread-self/stat"));
      String[] afterTheName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Integer.parseInt(afterTheName[field - 3]);
    } catch (IOException e) {
      return 0; // a system without /proc
    }
  }

  @Test
  void aFailureComesBackWithItsCause() {
    try (HashPool pool = new HashPool(1, HashPriority.LOW, Duration.ofSeconds(10), meters)) {
      assertThatThrownBy(
              () ->
                  pool.run(
                      SECOND,
                      () -> {
                        throw new IllegalStateException("out of memory");
                      }))
          .hasRootCauseMessage("out of memory");
      assertThat(gauge("uc.password.queue")).isZero();
    }
  }

  @Test
  void whoWouldWaitTooLongIsTurnedAwayAtOnce() throws Exception {
    try (HashPool pool = new HashPool(1, HashPriority.LOW, Duration.ofSeconds(10), meters)) {
      List<Future<Boolean>> busy = new ArrayList<>();
      busy.add(blocked(pool, 8 * SECOND));
      awaitGauge("uc.password.active", 1);
      busy.add(blocked(pool, 8 * SECOND)); // waits 8 s
      awaitGauge("uc.password.queue", 2);
      AtomicBoolean hashed = new AtomicBoolean();

      assertThatExceptionOfType(ApiException.class)
          .isThrownBy(() -> pool.run(1, () -> hashed.getAndSet(true)))
          .satisfies(
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.PASSWORD_HASHING_BUSY);
                assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(16));
              })
          .withMessage(
              "the wait is 16000 ms, more than the 10000 ms allowed (active=1, waiting=1)");
      assertThat(hashed).isFalse();
      assertThat(gauge("uc.password.expected.wait")).isEqualTo(16);
      assertThat(meters.get("uc.password.rejected").counter().count()).isEqualTo(1);

      finish.countDown();
      for (Future<Boolean> admitted : busy) {
        assertThat(admitted.get()).isTrue();
      }
    }
  }

  @Test
  void itIsTimeThatCountsNotHowMany() {
    try (HashPool pool = new HashPool(1, HashPriority.LOW, Duration.ofSeconds(10), meters)) {
      for (int i = 0; i < 200; i++) {
        var _ = blocked(pool, SECOND / 100);
      }
      awaitGauge("uc.password.queue", 200);

      assertThat(gauge("uc.password.expected.wait")).isEqualTo(2);
      assertThat(meters.get("uc.password.rejected").counter().count()).isZero();
    }
  }

  @Test
  void aFreeThreadIsTakenHoweverLongItWillTake() {
    try (HashPool pool = new HashPool(2, HashPriority.LOW, Duration.ofSeconds(1), meters)) {
      var _ = blocked(pool, 60 * SECOND);
      awaitGauge("uc.password.active", 1);

      assertThat(pool.run(60 * SECOND, () -> true)).isTrue();
    }
  }

  @Test
  void whatWaitedTwiceAsLongAsAllowedIsGivenUpAndNotHashedLater() {
    try (HashPool pool = new HashPool(1, HashPriority.LOW, Duration.ofMillis(100), meters)) {
      var _ = blocked(pool, 1);
      awaitGauge("uc.password.active", 1);
      AtomicBoolean hashed = new AtomicBoolean();

      assertThatExceptionOfType(ApiException.class)
          .isThrownBy(() -> pool.run(1, () -> hashed.getAndSet(true)));
      finish.countDown();
      assertThat(pool.run(1, () -> true)).isTrue();
      assertThat(hashed).isFalse();
    }
  }

  private Future<Boolean> blocked(HashPool pool, long expectedNanos) {
    return callers.submit(
        () ->
            pool.run(
                expectedNanos,
                () -> {
                  try {
                    finish.await();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                  return true;
                }));
  }

  private void awaitGauge(String name, double value) {
    long end = System.nanoTime() + 20 * SECOND;
    while (gauge(name) != value) {
      assertThat(System.nanoTime()).as("%s becomes %s", name, value).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private double gauge(String name) {
    return meters.get(name).gauge().value();
  }
}
