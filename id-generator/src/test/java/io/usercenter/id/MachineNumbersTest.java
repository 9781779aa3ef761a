package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MachineNumbersTest {
  private static final long WINDOW = UserIdSettings.standard().window().toMillis();

  private final FakeTime time = new FakeTime();
  private final InMemoryMachineStore rows = new InMemoryMachineStore(1, time::storeNow);

  @Test
  void aNumberIsNotTakenInTheLastMillisecondOfItsWindow() throws Exception {
    process("api-1").acquire();
    time.advance(Duration.ofMillis(WINDOW));
    assertThat(process("api-2").acquire()).isInstanceOf(MachineNumbers.Exhausted.class);
    time.advance(Duration.ofMillis(1));
    assertThat(process("api-2").acquire()).isInstanceOf(MachineNumbers.Granted.class);
    assertThat(rows.read().rows().getFirst().process()).isEqualTo("api-2");
  }

  @Test
  void whenTheVoteIsAheadTheWindowReachesFromTheVote() throws Exception {
    MachineNumbers process = process("api-1");
    Lease lease = lease(process);
    time.advance(Duration.ofSeconds(10));
    // Two of three clocks say that a minute more has passed: the own one stood still.
    time.stepWall(Duration.ofMinutes(1));
    time.stepStore(Duration.ofMinutes(1));
    assertThat(process.extend(lease)).isTrue();
    long now = time.storeNow();
    assertThat(rows.read().rows().getFirst().reservedUntil()).isEqualTo(now + WINDOW);
    assertThat(lease.until()).isEqualTo(now + WINDOW);
  }

  @Test
  void whoLostTheNumberGetsNothingMore() throws Exception {
    MachineNumbers first = process("api-1");
    Lease lease = lease(first);
    long until = lease.until();
    time.advance(Duration.ofMillis(WINDOW + 1));
    assertThat(process("api-2").acquire()).isInstanceOf(MachineNumbers.Granted.class);
    assertThat(first.extend(lease)).isFalse();
    assertThat(lease.until()).isEqualTo(until);
  }

  private MachineNumbers process(String name) {
    UserIdSettings settings = UserIdSettings.standard();
    return new MachineNumbers(
        rows,
        new AnchoredClock(time::nanoTime, time, settings.clockTolerance()),
        new SplittableRandom(name.hashCode()),
        name,
        settings);
  }

  private static Lease lease(MachineNumbers process) throws StoreUnavailableException {
    Grant grant = ((MachineNumbers.Granted) process.acquire()).grant();
    return new Lease(
        grant.machine(), grant.token(), grant.from(), grant.until(), new Lanes(grant.from()));
  }
}
