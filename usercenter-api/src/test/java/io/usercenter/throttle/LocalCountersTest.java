package io.usercenter.throttle;

import static io.usercenter.throttle.Guessing.fresh;
import static io.usercenter.throttle.Guessing.keys;
import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.throttle.Counters.Reservation;
import io.usercenter.throttle.Counters.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Counters in the process, and what time does to them, with a clock that the test moves. */
class LocalCountersTest extends CountersContract {
  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private final Counters counters = new LocalCounters(() -> now, Guessing.settings());

  /** Where only the pair of account and network holds a guess up. */
  private final Counters pairs =
      new LocalCounters(
          () -> now, Guessing.settings(3, "1000000/1h", "1000000/1h", "1000000/1h", 0));

  @Override
  Counters counters() {
    return counters;
  }

  private void after(Duration time) {
    now = now.plus(time);
  }

  private boolean admits(GuessKeys keys) {
    return pairs.reserve(keys).orElseThrow() instanceof Reservation.Reserved;
  }

  @Test
  void theWaitDoublesUntilTheLongest() {
    GuessKeys keys = keys(fresh(), fresh());
    for (int i = 0; i < 3; i++) {
      assertThat(admits(keys)).isTrue();
    }
    for (int minutes : List.of(1, 2, 4, 8, 15, 15, 15)) {
      after(Duration.ofMinutes(minutes).minusNanos(1000));
      assertThat(pairs.reserve(keys).orElseThrow())
          .isEqualTo(new Reservation.Refused(Counters.By.PAIR, Duration.ofNanos(1000)));
      after(Duration.ofNanos(1000));
      assertThat(admits(keys)).as("after %d minutes", minutes).isTrue();
    }
  }

  @Test
  void wrongGuessesAreForgottenAfterADayWithoutOne() {
    GuessKeys keys = keys(fresh(), fresh());
    for (int i = 0; i < 3; i++) {
      assertThat(admits(keys)).isTrue();
    }
    after(Duration.ofHours(24));
    assertThat(admits(keys)).isTrue();
    assertThat(admits(keys)).as("they were remembered for 24 h").isFalse();
    after(Duration.ofHours(24).plusNanos(1000));
    for (int i = 0; i < 3; i++) {
      assertThat(admits(keys)).isTrue();
    }
  }

  @Test
  void aNetworkIsKnownForThirtyDays() {
    GuessKeys keys = keys(fresh(), fresh());
    pairs.settle(keys, (Reservation.Reserved) pairs.reserve(keys).orElseThrow(), Settlement.RIGHT);
    after(Duration.ofDays(30).minusNanos(1000));
    assertThat(pairs.reserve(keys)).contains(new Reservation.Reserved(true));
    after(Duration.ofNanos(1000));
    assertThat(pairs.reserve(keys)).contains(new Reservation.Reserved(false));
  }

  @Test
  void aClockThatWasSetBackLocksNobodyOut() {
    GuessKeys keys = keys(fresh(), fresh());
    Quota one = Quota.of("1/1h");
    for (int i = 0; i < 3; i++) {
      assertThat(admits(keys)).isTrue();
    }
    assertThat(counters.take("k", one).orElseThrow().admitted()).isTrue();
    now = now.minus(Duration.ofDays(3650));
    assertThat(admits(keys)).isFalse();
    assertThat(counters.take("k", one).orElseThrow().admitted()).isFalse();
    after(Duration.ofHours(1));
    assertThat(admits(keys)).isTrue();
    assertThat(counters.take("k", one).orElseThrow().admitted()).isTrue();
  }

  @Test
  void aQuotaComesBackEvenly() {
    Quota quota = Quota.of("4/1m");
    for (int i = 0; i < 4; i++) {
      assertThat(counters.take("q", quota).orElseThrow().admitted()).isTrue();
    }
    after(Duration.ofSeconds(15).minusNanos(1000));
    assertThat(counters.take("q", quota).orElseThrow().retryAfter())
        .isEqualTo(Duration.ofNanos(1000));
    after(Duration.ofNanos(1000));
    assertThat(counters.take("q", quota).orElseThrow().remaining()).isZero();
    after(Duration.ofSeconds(45));
    assertThat(counters.take("q", quota).orElseThrow().remaining()).isEqualTo(2);
  }

  /**
   * A thousand seeds of a caller who asks whenever he likes: in no window of any length more is
   * admitted than what the window brings and one full quota.
   */
  @Test
  void noWindowSeesMoreThanAQuotaAndWhatCameBack() {
    for (long seed = 0; seed < 1000; seed++) {
      RandomGenerator random = new Random(seed);
      Quota quota = new Quota(1 + random.nextInt(20), Duration.ofSeconds(1 + random.nextInt(600)));
      List<Instant> admitted = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        after(Duration.ofNanos(1000 * random.nextLong(2 * quota.intervalMicros())));
        if (counters.take("seed" + seed, quota).orElseThrow().admitted()) {
          admitted.add(now);
        }
      }
      assertThat(admitted).as("seed %d", seed).hasSizeGreaterThanOrEqualTo(quota.capacity());
      for (int from = 0; from < admitted.size(); from++) {
        for (int to = from; to < admitted.size(); to++) {
          long micros = Duration.between(admitted.get(from), admitted.get(to)).toNanos() / 1000;
          assertThat((long) to - from + 1)
              .as("seed %d, %s", seed, quota)
              .isLessThanOrEqualTo(quota.capacity() + micros / quota.intervalMicros());
        }
      }
    }
  }
}
