package io.usercenter.id;

import static io.usercenter.id.Observation.Verdict.REPEATS;
import static io.usercenter.id.Observation.Verdict.STANDS_STILL;
import static io.usercenter.id.Observation.Verdict.UNHARMED;
import static io.usercenter.id.Scenario.JUMP;
import static io.usercenter.id.Scenario.PAUSE;
import static io.usercenter.id.Scenario.RESTART;
import static io.usercenter.id.Scenario.RESTART_BEHIND;
import static io.usercenter.id.Scenario.STEPS_BACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Observation.Verdict;
import io.usercenter.testkit.Backends;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/**
 * What generators of ids do when things go wrong: the jars as they were published, by a virtual
 * clock; ours with its machine numbers in a real MySQL. A new version of a peer that does better
 * fails here, and the documents are to be corrected.
 */
class PeerBehaviourTest {
  private static final List<Verdict> CLASSIC =
      List.of(REPEATS, REPEATS, STANDS_STILL, STANDS_STILL);
  private static final List<Verdict> BORROWING = List.of(REPEATS, REPEATS, UNHARMED, UNHARMED);

  /** In the order of the scenarios. */
  private static final Map<String, List<Verdict>> FOUND = new LinkedHashMap<>();

  static {
    expect(Peer.COSID_MILLISECOND, CLASSIC);
    expect(Peer.MYBATIS_PLUS, CLASSIC);
    expect(Peer.HUTOOL, CLASSIC);
    expect(Peer.SHARDINGSPHERE, CLASSIC);
    expect(Peer.SEATA, List.of(UNHARMED, REPEATS, UNHARMED, UNHARMED));
    expect(Peer.TSID, BORROWING);
    expect(Peer.YITTER, BORROWING);
    expect(Peer.UID_GENERATOR, CLASSIC);
    expect(Peer.UID_GENERATOR_CACHED, BORROWING);
    FOUND.put(
        Behaviour.LEASED_COSID, List.of(UNHARMED, UNHARMED, STANDS_STILL, STANDS_STILL, REPEATS));
    FOUND.put(Behaviour.OURS, List.of(UNHARMED, UNHARMED, UNHARMED, UNHARMED, UNHARMED));
  }

  private static void expect(Peer peer, List<Verdict> verdicts) {
    FOUND.put(peer.title(), verdicts);
  }

  @Test
  void everyGeneratorDoesWhatTheTableSays() throws Exception {
    Map<String, List<Verdict>> seen = new LinkedHashMap<>();
    for (Behaviour line : Behaviour.observeAll(Backends.mysql())) {
      seen.put(line.generator(), line.seen().values().stream().map(Observation::verdict).toList());
    }
    assertThat(seen).containsExactlyEntriesOf(FOUND);
  }

  /** Not another number, as it would take in practice: the very same, given back and taken. */
  @Test
  void oursRepeatsNothingWhenThereIsOnlyOneMachineNumber() throws Exception {
    for (Scenario scenario : EnumSet.complementOf(EnumSet.of(PAUSE))) {
      Observation seen = scenario.observe(World.ofOurs(Backends.mysql(), 1));
      assertThat(seen.issued()).as(scenario.title()).isPositive();
      assertThat(seen.twice()).as(scenario.title()).isZero();
    }
    for (Scenario scenario : EnumSet.of(JUMP, STEPS_BACK)) {
      assertThat(scenario.observe(World.ofOurs(Backends.mysql(), 1)).refused()).isZero();
    }
  }

  @Test
  void oursRefusesInTheProcessThatLostItsNumberAndNowhereElse() throws Exception {
    Observation paused = PAUSE.observe(World.ofOurs(Backends.mysql(), 1));
    assertThat(paused.refused()).isEqualTo(100_000);
    assertThat(paused.twice()).isZero();
    assertThat(RESTART.observe(World.ofOurs(Backends.mysql(), 2)).refused()).isZero();
    assertThat(RESTART_BEHIND.observe(World.ofOurs(Backends.mysql(), 2)).refused()).isZero();
  }

  /** Otherwise the scenarios would say nothing. */
  @Test
  void everyPeerLivesByTheVirtualClock() {
    Set<Peer> withAClock = EnumSet.complementOf(EnumSet.of(Peer.COSID_SEGMENT_CHAIN));
    for (Peer peer : withAClock) {
      VirtualClock clock = new VirtualClock();
      long before = clock.elapsed();
      LongSupplier ids = new PeerProcess(clock).start(peer);
      assertThat(ids.getAsLong()).as(peer.title()).isPositive();
      assertThat(clock.elapsed()).as(peer.title()).isGreaterThan(before);
    }
  }
}
