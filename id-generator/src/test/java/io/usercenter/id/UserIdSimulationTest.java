package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.IdWorld.Plant;
import io.usercenter.id.IdWorld.Weather;
import io.usercenter.testkit.Seeds;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No id twice, whatever happens: the production classes in worlds that fail in every way we could
 * think of, and the same worlds with a mistake planted, to prove that they would find one. More
 * worlds: {@code ./uc sim id --seeds 2000}.
 */
class UserIdSimulationTest {
  private static final int FOUND_WITHIN = 20;

  @BeforeAll
  static void quiet() {
    Logger.getLogger("io.usercenter.id").setLevel(Level.OFF);
  }

  @Test
  void noIdTwiceWhateverHappens() {
    Sums sums = sumsOf(160, Weather.HOSTILE);
    assertThat(sums.faults.keySet())
        .containsExactlyInAnyOrder(
            "clean restart",
            "doubled request",
            "kill",
            "late request",
            "lost answer",
            "lost request",
            "pause between commit and answer",
            "pause inside a clock read",
            "process stopped",
            "restart in the same millisecond",
            "store clock step",
            "store outage",
            "wall clock step");
    assertThat(sums.lost).as("takeovers").isPositive();
  }

  @Test
  void outagesUpToTwoMinutesAreHardlyNoticed() {
    Sums sums = sumsOf(40, Weather.OUTAGES);
    assertThat(sums.faults).containsKey("store outage");
    assertThat(sums.refused / (double) sums.asked).isLessThan(0.01);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aPlantedMistakeIsFound(Plant plant) {
    for (int seed = 1; seed <= FOUND_WITHIN; seed++) {
      try {
        new IdWorld(seed, Weather.HOSTILE, plant).run();
      } catch (AssertionError found) {
        System.out.printf("%s found with seed %d: %s%n", plant, seed, firstLine(found));
        assertThat(found).hasMessageContaining("seed " + seed + ":");
        assertThat(found.getMessage()).containsAnyOf("no id twice", "spans are disjoint");
        return;
      }
    }
    throw new AssertionError(plant + " was not found within " + FOUND_WITHIN + " seeds");
  }

  private static Sums sumsOf(int seeds, Weather weather) {
    Sums sums = new Sums();
    try {
      Seeds.inParallel(
          seeds,
          seed -> {
            IdWorld world = new IdWorld(seed, weather, Plant.NONE);
            try {
              world.run();
            } finally {
              sums.add(world);
            }
          });
    } finally {
      sums.print(weather);
    }
    return sums;
  }

  private static String firstLine(AssertionError error) {
    return String.valueOf(error.getMessage()).lines().findFirst().orElse("");
  }

  private static final class Sums {
    private final Map<String, Long> faults = new TreeMap<>();
    private long worlds;
    private long ids;
    private long asked;
    private long refused;
    private long leases;
    private long lost;
    private long duplicates;
    private long overlaps;

    synchronized void add(IdWorld world) {
      worlds++;
      ids += world.ids();
      asked += world.asked;
      refused += world.refused;
      leases += world.leases;
      lost += world.lost;
      duplicates += world.duplicates;
      overlaps += world.overlaps;
      world.world.faults().forEach((kind, count) -> faults.merge(kind, count, Long::sum));
    }

    synchronized void print(Weather weather) {
      System.out.printf(
          "%s: %,d worlds, %,d ids, %d twice, %d overlaps, %.3f %% refused,"
              + " %,d leases, %,d taken over%n",
          weather,
          worlds,
          ids,
          duplicates,
          overlaps,
          100.0 * refused / Math.max(1, asked),
          leases,
          lost);
      faults.forEach((kind, count) -> System.out.printf("  %,12d x %s%n", count, kind));
    }
  }
}
