package io.usercenter.throttle;

import static io.usercenter.throttle.Guessing.fresh;
import static io.usercenter.throttle.Guessing.keys;
import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.throttle.Counters.By;
import io.usercenter.throttle.Counters.Reservation;
import io.usercenter.throttle.Counters.Settlement;
import io.usercenter.throttle.Counters.Taken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What all counters do, wherever they are kept. Waits are long, so that no clock matters here. */
abstract class CountersContract {
  /** Counters with {@link Guessing#settings()}. */
  abstract Counters counters();

  private final GuessSettings settings = Guessing.settings();

  @Test
  void theFreeGuessesPassAndTheNextOneWaits() {
    GuessKeys keys = keys(fresh(), fresh());
    for (int i = 0; i < settings.free(); i++) {
      assertThat(reserve(keys)).isEqualTo(new Reservation.Reserved(false));
    }
    assertThat(refused(keys).by()).isEqualTo(By.PAIR);
    assertThat(refused(keys).retryAfter()).isPositive().isLessThanOrEqualTo(settings.firstDelay());
  }

  @Test
  void anotherNetworkGuessesAtTheSameAccount() {
    String name = fresh();
    wrong(keys(name, fresh()), 3);
    wrong(keys(name, fresh()), 1);
  }

  @Test
  void anotherAccountIsGuessedFromTheSameNetwork() {
    String network = fresh();
    wrong(keys(fresh(), network), 3);
    wrong(keys(fresh(), network), 1);
  }

  @Test
  void ofManyAtOnceExactlyTheFreeOnesPass() throws Exception {
    GuessKeys keys = keys(fresh(), fresh(), fresh());
    Counters counters = counters();
    assertThat(atOnce(100, () -> counters.reserve(keys).orElseThrow()))
        .filteredOn(Reservation.Reserved.class::isInstance)
        .hasSize(settings.free());
  }

  @Test
  void aRightGuessForgetsTheWrongOnes() {
    GuessKeys keys = keys(fresh(), fresh());
    wrong(keys, 2);
    right(keys);
    wrong(keys, 3);
    assertThat(refused(keys).by()).isEqualTo(By.PAIR);
  }

  @Test
  void anAccountThatIsForgivenMayBeTriedFromEverywhereAndItsNetworksAreNot() {
    String name = fresh();
    String network = fresh();
    wrong(keys(name, network), 3);
    wrong(keys(name, fresh()), 2);
    assertThat(refused(keys(name, network)).by()).isEqualTo(By.PAIR);
    assertThat(counters().forgive(keys(name, network).account())).isTrue();
    wrong(keys(name, network), 2);
    assertThat(refused(keys(name, network)).by()).isEqualTo(By.NETWORK);
  }

  @Test
  void aNetworkThatGuessesAtManyAccountsWaits() {
    String network = fresh();
    for (int i = 0; i < 5; i++) {
      wrong(keys(fresh(), network), 1);
    }
    assertThat(refused(keys(fresh(), network)).by()).isEqualTo(By.NETWORK);
    wrong(keys(fresh(), fresh()), 1);
  }

  @Test
  void whoLoggedInThereBeforeIsNotHeldUpByHisNetwork() {
    String network = fresh();
    GuessKeys player = keys(fresh(), network, fresh());
    right(player);
    for (int i = 0; i < 5; i++) {
      wrong(keys(fresh(), network), 1);
    }
    assertThat(reserve(player)).isEqualTo(new Reservation.Reserved(true));
    wrong(player, 2);
    assertThat(refused(player).by()).isEqualTo(By.PAIR);
  }

  @Test
  void aDeviceThatGuessesAtManyAccountsWaitsInItsNetworkOnly() {
    String network = fresh();
    String device = fresh();
    for (int i = 0; i < 4; i++) {
      wrong(keys(fresh(), network, device), 1);
    }
    assertThat(refused(keys(fresh(), network, device)).by()).isEqualTo(By.DEVICE);
    wrong(keys(fresh(), network, fresh()), 1);
    wrong(keys(fresh(), fresh(), device), 1);
  }

  @Test
  void aRightGuessDoesNotClearTheNetworkNorTheDevice() {
    String network = fresh();
    String device = fresh();
    for (int i = 0; i < 4; i++) {
      wrong(keys(fresh(), network, device), 1);
      right(keys("the guesser's own account", network));
    }
    assertThat(refused(keys(fresh(), network, device)).by()).isEqualTo(By.DEVICE);
  }

  @Test
  void anAccountGuessedAtFromManyNetworksLeavesEachNetworkItsFirstGuess() {
    String name = fresh();
    String owner = fresh();
    right(keys(name, owner));
    wrong(keys(name, fresh()), 3);
    wrong(keys(name, fresh()), 3);
    for (int i = 0; i < 4; i++) {
      String another = fresh();
      wrong(keys(name, another), 1);
      assertThat(refused(keys(name, another)).by()).isEqualTo(By.ACCOUNT);
    }
    assertThat(refused(keys(name, fresh())).by()).isEqualTo(By.ACCOUNT);
    right(keys(name, owner));
  }

  @Test
  void whatWasNotJudgedIsNotCounted() {
    GuessKeys keys = keys(fresh(), fresh(), fresh());
    Counters counters = counters();
    for (int i = 0; i < 20; i++) {
      counters.settle(keys, (Reservation.Reserved) reserve(keys), Settlement.NOT_JUDGED);
    }
    wrong(keys, 3);
  }

  @Test
  void refusalsCostNothing() {
    GuessKeys keys = keys(fresh(), fresh());
    wrong(keys, 3);
    Duration first = refused(keys).retryAfter();
    for (int i = 0; i < 50; i++) {
      assertThat(refused(keys).retryAfter()).isLessThanOrEqualTo(first);
    }
  }

  @Test
  void ofAQuotaExactlyAsManyAreTakenAsThereAre() throws Exception {
    String key = "uc:rate:test:" + fresh();
    Quota quota = Quota.of("10/1h");
    Counters counters = counters();
    List<Taken> taken = atOnce(40, () -> counters.take(key, quota).orElseThrow());
    assertThat(taken).filteredOn(Taken::admitted).hasSize(10);
    assertThat(taken.stream().filter(Taken::admitted).map(Taken::remaining))
        .containsExactlyInAnyOrder(9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    assertThat(taken)
        .filteredOn(t -> !t.admitted())
        .allSatisfy(
            t -> {
              assertThat(t.remaining()).isZero();
              assertThat(t.retryAfter()).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(6));
              assertThat(t.untilFull())
                  .isGreaterThan(Duration.ofMinutes(54))
                  .isLessThanOrEqualTo(Duration.ofHours(1));
            });
  }

  @Test
  void quotasOfDifferentKeysAreApart() {
    Quota one = Quota.of("1/1h");
    String key = fresh();
    assertThat(counters().take(key, one).orElseThrow().admitted()).isTrue();
    assertThat(counters().take(key, one).orElseThrow().admitted()).isFalse();
    assertThat(counters().take(fresh(), one).orElseThrow().admitted()).isTrue();
  }

  private Reservation reserve(GuessKeys keys) {
    return counters().reserve(keys).orElseThrow();
  }

  private void wrong(GuessKeys keys, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(reserve(keys)).isInstanceOf(Reservation.Reserved.class);
    }
  }

  private void right(GuessKeys keys) {
    counters().settle(keys, (Reservation.Reserved) reserve(keys), Settlement.RIGHT);
  }

  private Reservation.Refused refused(GuessKeys keys) {
    Reservation reservation = reserve(keys);
    assertThat(reservation).isInstanceOf(Reservation.Refused.class);
    return (Reservation.Refused) reservation;
  }

  private static <T> List<T> atOnce(int count, Supplier<T> call) throws Exception {
    List<Future<T>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        futures.add(threads.submit(call::get));
      }
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(future.get());
    }
    return results;
  }
}
