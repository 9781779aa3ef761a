package io.usercenter.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The engine itself: it repeats exactly, sees planted failures and kills what it is told to. */
class SimulationTest {
  @Test
  void oneSeedIsOneHistory() {
    assertThat(history(7)).isEqualTo(history(7)).hasSize(300).isNotEqualTo(history(8));
  }

  private static List<String> history(long seed) {
    Simulation world = new Simulation(seed);
    List<String> history = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      world.spawn(
          name,
          () -> {
            for (int i = 0; i < 100; i++) {
              world.pause(world.delay(Duration.ofMillis(3), Duration.ofMinutes(1)));
              history.add(name + i + " at " + world.now());
            }
          });
    }
    world.run(Duration.ofDays(1));
    return history;
  }

  @Test
  void hoursPassInNoTime() {
    Simulation world = new Simulation(1);
    List<Long> hours = new ArrayList<>();
    world.spawn(
        "clock",
        () -> {
          while (true) {
            world.pause(Duration.ofHours(1));
            hours.add(Duration.ofNanos(world.now()).toHours());
          }
        });
    world.run(Duration.ofHours(5));
    assertThat(hours).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(world.now()).isEqualTo(Duration.ofHours(5).toNanos());
  }

  @Test
  void aKilledActorDoesNothingMore() {
    Simulation world = new Simulation(1);
    List<String> done = new ArrayList<>();
    Simulation.Actor victim =
        world.spawn(
            "victim",
            () -> {
              done.add("began");
              world.pause(Duration.ofSeconds(2));
              done.add("went on");
            });
    Simulation.Actor unborn = world.spawn("unborn", () -> done.add("was born"));
    unborn.kill();
    world.after(Duration.ofSeconds(1), victim::kill);
    world.run(Duration.ofSeconds(5));
    assertThat(done).containsExactly("began");
    assertThat(victim.ended()).isTrue();
  }

  @Test
  void aBrokenInvariantIsNamedWithSeedTraceAndFaults() {
    Simulation world = new Simulation(42);
    int[] level = {0};
    world.spawn(
        "player",
        () -> {
          for (int i = 0; i < 100; i++) {
            world.pause(Duration.ofSeconds(1));
            level[0]++;
            world.trace("level " + level[0]);
          }
        });
    world.after(Duration.ofMillis(4500), () -> world.fault("delay"));
    world.invariant(
        "levels stay below 8",
        () -> {
          if (level[0] >= 8) {
            throw new AssertionError("level is " + level[0]);
          }
        });
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> world.run(Duration.ofHours(1)))
        .withMessageContainingAll(
            "seed 42: levels stay below 8: level is 8",
            "faults: {delay=1}",
            "7.000000 s  player: level 7",
            "4.500000 s  fault: delay");
    assertThat(world.now()).isEqualTo(Duration.ofSeconds(8).toNanos());
  }

  @Test
  void anActorThatFailsFailsTheRun() {
    Simulation world = new Simulation(1);
    world.spawn(
        "clumsy",
        () -> {
          throw new IllegalStateException("fell");
        });
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> world.run(Duration.ofSeconds(1)))
        .withMessageContaining("clumsy failed: fell");
  }

  @Test
  void onlyActorsPauseAndAWorldRunsOnce() {
    Simulation world = new Simulation(1);
    assertThatIllegalStateException().isThrownBy(() -> world.pause(Duration.ZERO));
    world.run(Duration.ofSeconds(1));
    assertThatIllegalStateException().isThrownBy(() -> world.run(Duration.ofSeconds(1)));
  }
}
