package io.usercenter.session;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.usercenter.session.SessionWorld.Plant;
import io.usercenter.testkit.Seeds;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * What was revoked is refused as soon as was promised, and who did nothing wrong is neither refused
 * nor logged out: the shipped rules in worlds that fail, and the same worlds with a mistake
 * planted. More worlds: {@code -Dseeds=20000}.
 */
class SessionSimulationTest {
  private static final int FOUND_WITHIN = 60;

  // Held here: what nobody holds forgets its level.
  private static final java.util.logging.Logger FOLLOWER =
      java.util.logging.Logger.getLogger("io.usercenter.token.RevocationFeed");

  /** In these worlds it is ordinary that something fails. */
  @BeforeAll
  static void beQuiet() {
    FOLLOWER.setLevel(java.util.logging.Level.OFF);
    for (Class<?> type : List.of(Announcer.class, RevocationFeed.class, RotationNotes.class)) {
      ((Logger) LoggerFactory.getLogger(type)).setLevel(Level.OFF);
    }
  }

  @Test
  void revokedTokensAreRefusedAndNobodyElseIs() {
    Map<String, Long> faults = new ConcurrentSkipListMap<>();
    LongAdder worlds = new LongAdder();
    LongAdder refreshes = new LongAdder();
    LongAdder checks = new LongAdder();
    LongAdder revocations = new LongAdder();
    Seeds.inParallel(
        200,
        seed -> {
          SessionWorld world = new SessionWorld(seed, Plant.NONE);
          world.run();
          world.world.faults().forEach((kind, count) -> faults.merge(kind, count, Long::sum));
          worlds.increment();
          refreshes.add(world.refreshes);
          checks.add(world.checks);
          revocations.add(world.revocations);
        });
    System.out.printf(
        "sessions: %d worlds, %d refreshes, %d revocations, %d checks, 0 wrong, faults %s%n",
        worlds.sum(), refreshes.sum(), revocations.sum(), checks.sum(), faults);
    assertThat(faults.keySet())
        .containsExactlyInAnyOrder(
            "answer of Redis lost",
            "answer lost",
            "cut off",
            "game server restarted",
            "instance killed",
            "instance stood still",
            "Redis away",
            "Redis emptied",
            "refresh lost with its instance",
            "refreshes not written",
            "refreshes written without an answer",
            "request doubled",
            "request late",
            "request lost",
            "shards only read",
            "token stolen");
    assertThat(refreshes.sum()).isGreaterThan(worlds.sum());
    assertThat(revocations.sum()).isGreaterThan(worlds.sum());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aPlantedMistakeIsFound(Plant plant) throws Throwable {
    Seeds.find(plant, FOUND_WITHIN, seed -> new SessionWorld(seed, plant).run());
  }
}
