package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.MachineStore.Extension;
import io.usercenter.id.MachineStore.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the lease protocol relies on; every store must keep it. */
abstract class MachineStoreContract {
  private static final long FAR = 10_000_000_000_000L;

  private MachineStore store;

  /** All 256 rows, never held. */
  abstract MachineStore newStore() throws Exception;

  @BeforeEach
  void open() throws Exception {
    store = newStore();
  }

  @Test
  void thereAre256NumbersAndNobodyHoldsThem() throws Exception {
    assertThat(store.read().rows())
        .hasSize(256)
        .allSatisfy(
            row -> {
              assertThat(row.token()).isEmpty();
              assertThat(row.process()).isEmpty();
              assertThat(row.reservedUntil()).isZero();
            })
        .extracting(Row::machine)
        .doesNotHaveDuplicates()
        .allMatch(machine -> machine >= 0 && machine < 256);
  }

  @Test
  void theClockCountsMillisecondsSince2018AndRuns() throws Exception {
    long first = store.read().now();
    assertThat(UserIdLayout.instant(first)).isAfter("2025-01-01T00:00:00Z");
    assertThat(store.read().now()).isBetween(first, first + 60_000);
    assertThat(store.extend(1, "nobody", 1).now()).isBetween(first, first + 60_000);
  }

  @Test
  void aClaimTakesTheRow() throws Exception {
    assertThat(store.claim(row(7), "mine", "api-1", 5_000)).isTrue();
    assertThat(row(7)).isEqualTo(new Row(7, "mine", "api-1", 5_000));
    assertThat(row(8).token()).isEmpty();
  }

  @Test
  void aRowThatChangedSinceItWasReadIsNotTaken() throws Exception {
    Row asRead = row(7);
    assertThat(store.claim(asRead, "first", "api-1", 5_000)).isTrue();
    assertThat(store.claim(asRead, "second", "api-2", 6_000)).isFalse();
    Row first = row(7);
    store.extend(7, "first", 7_000);
    assertThat(store.claim(first, "third", "api-3", 8_000)).isFalse();
    assertThat(row(7)).isEqualTo(new Row(7, "first", "api-1", 7_000));
    assertThat(store.claim(new Row(7, "other", "", 7_000), "third", "api-3", 8_000)).isFalse();
  }

  @Test
  void aGrantedClaimCanBeAskedForAgain() throws Exception {
    Row asRead = row(7);
    assertThat(store.claim(asRead, "mine", "api-1", 5_000)).isTrue();
    assertThat(store.claim(asRead, "mine", "api-1", 5_000)).isTrue();
    store.extend(7, "mine", 6_000);
    assertThat(store.claim(asRead, "mine", "api-1", 5_000)).isFalse();
    assertThat(row(7)).isEqualTo(new Row(7, "mine", "api-1", 6_000));
  }

  @Test
  void theEndOfAWindowOnlyMovesUp() throws Exception {
    store.claim(row(7), "mine", "api-1", 5_000);
    assertThat(store.extend(7, "mine", 9_000)).matches(e -> e.held() && e.until() == 9_000);
    assertThat(store.extend(7, "mine", 9_000)).matches(e -> e.held() && e.until() == 9_000);
    assertThat(store.extend(7, "mine", 6_000)).matches(e -> e.held() && e.until() == 9_000);
    assertThat(row(7).reservedUntil()).isEqualTo(9_000);
  }

  @Test
  void anotherTokenCanNeitherExtendNorRelease() throws Exception {
    store.claim(row(7), "mine", "api-1", 5_000);
    assertThat(store.extend(7, "other", 9_000)).matches(e -> !e.held());
    assertThat(store.extend(7, "MINE", 9_000)).matches(e -> !e.held());
    store.release(7, "other", 1);
    assertThat(row(7)).isEqualTo(new Row(7, "mine", "api-1", 5_000));
  }

  @Test
  void aReleasedRowKeepsItsMarkAndForgetsItsToken() throws Exception {
    store.claim(row(7), "mine", "api-1", 5_000);
    store.release(7, "mine", 3_210);
    assertThat(row(7)).isEqualTo(new Row(7, "", "api-1", 3_210));
    assertThat(store.extend(7, "mine", 9_000).held()).isFalse();
    store.release(7, "mine", 1);
    assertThat(row(7).reservedUntil()).isEqualTo(3_210);
    assertThat(store.claim(row(7), "next", "api-2", 9_000)).isTrue();
  }

  @Test
  void aRowIsTakenByOneOfManyAtOnce() throws Exception {
    List<Row> free = store.read().rows();
    Set<String> granted = ConcurrentHashMap.newKeySet();
    List<Callable<Integer>> claimants = new ArrayList<>();
    for (int c = 0; c < 8; c++) {
      String token = "token-" + c;
      claimants.add(
          () -> {
            int won = 0;
            for (int machine = 0; machine < 32; machine++) {
              if (store.claim(free.get(machine), token, "storm", FAR)) {
                assertThat(granted.add(machine + " ")).isTrue();
                won++;
              }
            }
            return won;
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    int won = 0;
    try {
      for (Future<Integer> future : threads.invokeAll(claimants)) {
        won += future.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(won).isEqualTo(32);
    assertThat(store.read().rows().stream().filter(row -> !row.token().isEmpty())).hasSize(32);
  }

  @Test
  void anExtensionTellsTheTimeWhetherHeldOrNot() throws Exception {
    Extension none = store.extend(3, "nobody", FAR);
    assertThat(none.held()).isFalse();
    assertThat(none.now()).isPositive();
    assertThat(row(3).reservedUntil()).isZero();
  }

  private Row row(int machine) throws Exception {
    return store.read().rows().stream()
        .filter(row -> row.machine() == machine)
        .findFirst()
        .orElseThrow();
  }
}
