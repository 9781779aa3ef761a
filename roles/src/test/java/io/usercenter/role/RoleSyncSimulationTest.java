package io.usercenter.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usercenter.testkit.Seeds;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Game servers, a Redis that fails over, listeners that die, shards that go away: worlds that one
 * seed rules each. Store and reconciliation are the ones that ship; the tables keep the contract of
 * the real ones. Planted mistakes show that the worlds are bad enough to find them.
 */
class RoleSyncSimulationTest {
  private static final int SEEDS = 200;

  /** Within how many worlds a planted mistake has to be found. */
  private static final int FOUND_WITHIN = 20;

  @Test
  void bothSidesAgreeInTheEndAndLevelsNeverDrop() {
    Map<String, Long> faults = new ConcurrentSkipListMap<>();
    Seeds.inParallel(
        SEEDS,
        seed ->
            new RoleSyncWorld(seed, RoleSyncWorld.Mistake.NONE)
                .run()
                .forEach((kind, count) -> faults.merge(kind, count, Long::sum)));
    System.out.println("both sides agreed; injected " + faults);
    // A run without faults would prove nothing.
    if (Long.getLong("seed") == null) {
      assertThat(faults.keySet())
          .contains(
              "event doubled",
              "event late",
              "event lost",
              "listener died",
              "taken over",
              "Redis failed over and lost its tail",
              "shard away",
              "role moved",
              "player appeared late",
              "server set back",
              "reconciled meanwhile");
    }
  }

  @Test
  void lastWriterWinsIsFound() {
    isFound(RoleSyncWorld.Mistake.LAST_WRITER_WINS);
  }

  @Test
  void acknowledgingBeforeWritingIsFound() {
    isFound(RoleSyncWorld.Mistake.ACKNOWLEDGE_FIRST);
  }

  @Test
  void forgettingWhoWasOustedIsFound() {
    isFound(RoleSyncWorld.Mistake.OUSTED_ARE_FORGOTTEN);
  }

  private static void isFound(RoleSyncWorld.Mistake mistake) {
    for (int seed = 1; seed <= FOUND_WITHIN; seed++) { // it is the mistake that is found
      new RoleSyncWorld(seed, RoleSyncWorld.Mistake.NONE).run();
    }
    AtomicInteger worlds = new AtomicInteger();
    assertThatThrownBy(
            () -> {
              for (int seed = 1; seed <= FOUND_WITHIN; seed++) {
                worlds.incrementAndGet();
                new RoleSyncWorld(seed, mistake).run();
              }
            })
        .as("%s in %d worlds", mistake, FOUND_WITHIN)
        .isInstanceOf(AssertionError.class);
    System.out.printf("%s found in world %d%n", mistake, worlds.get());
  }
}
