package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.usercenter.id.UserIdUnavailableException.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/**
 * The life of a lease, step by step, with a store that fails on demand: before a request is done
 * (lost request) or after (lost answer).
 */
class LeaseKeeperTest {
  private static final long WINDOW = 300_000;

  private final FakeTime time = new FakeTime();
  private final InMemoryMachineStore rows = new InMemoryMachineStore(4, time::storeNow);
  private final FailingStore store = new FailingStore(rows);

  @Test
  void itLeasesAWindowAndRenewsItAfterAQuarter() {
    Holder process = new Holder("api-1");
    assertThat(process.keeper.step()).isEqualTo(Duration.ofSeconds(75).toNanos());
    assertThat(process.until()).isEqualTo(FakeTime.START + WINDOW);
    time.advance(Duration.ofSeconds(75));
    assertThat(process.keeper.step()).isEqualTo(Duration.ofSeconds(75).toNanos());
    assertThat(process.until()).isEqualTo(FakeTime.START + 75_000 + WINDOW);
    assertThat(process.keeper.holding()).isTrue();
  }

  @Test
  void anOutageIsNotNoticedUntilTheWindowEndsAndThenRecoversByItself() {
    Holder process = new Holder("api-1");
    process.keeper.step();
    int machine = process.generator.next(1).machine();
    store.lostRequests = true;
    for (int second = 75; second < 300; second++) {
      time.advance(second == 75 ? Duration.ofSeconds(75) : Duration.ofSeconds(1));
      assertThat(process.keeper.step()).isBetween(500_000_000L, 1_500_000_000L);
      assertThat(process.generator.next(second & 255)).isNotNull();
    }
    assertThat(process.keeper.lastFailure()).isEqualTo("lost request");
    time.advance(Duration.ofMillis(999));
    assertThat(process.generator.next(5)).as("not earlier").isNotNull();
    time.advance(Duration.ofMillis(1));
    assertThat(process.refusal()).as("not later").isEqualTo(Code.ID_LEASE_EXPIRED);
    store.lostRequests = false;
    process.keeper.step();
    assertThat(process.generator.next(5).machine()).isEqualTo(machine);
    assertThat(process.keeper.lastFailure()).isNull();
    assertThat(process.keeper.lost()).isZero();
  }

  @Test
  void aRenewalWhoseAnswerIsLostDoesNotMoveTheLimit() {
    Holder process = new Holder("api-1");
    process.keeper.step();
    time.advance(Duration.ofSeconds(75));
    store.lostAnswers = true;
    process.keeper.step();
    assertThat(process.until()).isEqualTo(FakeTime.START + WINDOW);
    store.lostAnswers = false;
    time.advance(Duration.ofSeconds(1));
    process.keeper.step();
    assertThat(process.until()).isEqualTo(FakeTime.START + 76_000 + WINDOW);
  }

  @Test
  void aClaimWhoseAnswerIsLostIsRepeatedAndNotLeaked() {
    Holder process = new Holder("api-1");
    store.lostAnswers = true;
    store.answersLeft = 1; // the look succeeds
    process.keeper.step();
    assertThat(process.keeper.holding()).isFalse();
    assertThat(held()).hasSize(1);
    assertThat(process.refusal()).isEqualTo(Code.ID_STORE_UNAVAILABLE);
    process.keeper.step();
    store.lostAnswers = false;
    process.keeper.step();
    assertThat(process.keeper.holding()).isTrue();
    assertThat(held()).hasSize(1);
  }

  @Test
  void aClaimThatBecameWorthlessIsForgotten() {
    Holder process = new Holder("api-1");
    store.lostAnswers = true;
    store.answersLeft = 1;
    process.keeper.step();
    store.lostAnswers = false;
    time.advance(Duration.ofSeconds(301));
    process.keeper.step();
    assertThat(process.until()).isEqualTo(FakeTime.START + 301_000 + WINDOW);
  }

  @Test
  void aNumberTakenOverIsLostAndNeverUsedAgain() {
    Holder paused = new Holder("paused");
    paused.keeper.step();
    time.advance(Duration.ofMillis(WINDOW + 1));
    List<Holder> others = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      others.add(new Holder("other-" + i));
      others.get(i).keeper.step();
    }
    assertThat(paused.refusal()).isEqualTo(Code.ID_LEASE_EXPIRED);
    assertThat(paused.keeper.step()).isZero();
    assertThat(paused.keeper.lost()).isEqualTo(1);
    assertThat(paused.refusal()).isEqualTo(Code.ID_LEASE_LOST);
    paused.keeper.step();
    assertThat(paused.refusal()).isEqualTo(Code.ID_MACHINE_NUMBERS_EXHAUSTED);
    others.get(2).keeper.release();
    time.advance(Duration.ofMillis(1));
    paused.keeper.step();
    assertThat(paused.generator.next(1)).isNotNull();
    assertThat(paused.keeper.lost()).isEqualTo(1);
  }

  @Test
  void whenAllNumbersAreHeldTheHoldersAreNamed() {
    for (String name : new String[] {"api-1", "api-1", "api-2", "import"}) {
      new Holder(name).keeper.step();
    }
    Holder tooMany = new Holder("one too many");
    assertThat(tooMany.keeper.step()).isBetween(500_000_000L, 1_500_000_000L);
    assertThat(
            catchThrowableOfType(UserIdUnavailableException.class, () -> tooMany.generator.next(1)))
        .hasMessage(
            "ID_MACHINE_NUMBERS_EXHAUSTED: all 4 machine numbers are held:"
                + " api-1 (2), api-2 (1), import (1)");
  }

  @Test
  void manyHoldersAreNamedShortly() {
    List<MachineHolder> holders = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      holders.add(new MachineHolder(i, "p" + (char) ('a' + i), UserIdLayout.EPOCH, false));
    }
    assertThat(MachineHolder.describe(holders)).startsWith("pa (1), pb (1)").endsWith("and 4 more");
    assertThat(MachineHolder.describe(holders.subList(0, 16))).endsWith("pp (1)");
  }

  @Test
  void aCleanReleaseFreesTheNumberAtTheExactMark() {
    Holder process = new Holder("api-1");
    process.keeper.step();
    long[] ids = new long[40];
    process.generator.fill(1, ids);
    process.keeper.release();

    MachineStore.Row row = rows.read().rows().get(UserIdLayout.machine(ids[0]));
    assertThat(row.token()).isEmpty();
    assertThat(row.reservedUntil()).isEqualTo(UserIdLayout.timestamp(ids[39]) + 1);
    assertThat(process.refusal()).isEqualTo(Code.ID_CLOSED);
    process.keeper.release();
    assertThat(rows.read().rows().get(row.machine())).isEqualTo(row);
  }

  @Test
  void aReleaseThatFailsLeavesTheNumberToItsWindow() {
    Holder process = new Holder("api-1");
    process.keeper.step();
    store.lostRequests = true;
    process.keeper.release();
    assertThat(held()).hasSize(1);
    assertThat(process.refusal()).isEqualTo(Code.ID_CLOSED);
  }

  @Test
  void aRestartInTheSameMillisecondRepeatsNothing() {
    InMemoryMachineStore one = new InMemoryMachineStore(1, time::storeNow);
    Map<Long, String> seen = new HashMap<>();
    for (int life = 0; life < 50; life++) {
      Holder process = new Holder("life " + life, one);
      while (!process.keeper.holding()) {
        process.keeper.step();
        time.nanos.addAndGet(200_000);
      }
      long[] ids = new long[70];
      process.generator.fill(1, ids);
      for (long id : ids) {
        assertThat(seen.put(id, "life " + life)).isNull();
      }
      process.keeper.release();
    }
  }

  @Test
  void aStepForwardIsTakenOnlyOnceTheWindowCoversIt() {
    Holder process = new Holder("api-1");
    process.keeper.step();
    time.stepStore(Duration.ofHours(1));
    time.stepWall(Duration.ofHours(1));
    store.answersLeft = 1; // the window is moved, the second move fails
    store.lostRequests = true;
    process.keeper.step();
    assertThat(process.clock.now()).as("stays").isEqualTo(FakeTime.START);
    assertThat(process.generator.next(1)).isNotNull();
    store.lostRequests = false;
    process.keeper.step();
    assertThat(process.clock.now()).isEqualTo(FakeTime.START + 3_600_000);
    assertThat(process.until()).isEqualTo(FakeTime.START + 3_600_000 + WINDOW);
    assertThat(process.generator.next(1)).isNotNull();
  }

  @Test
  void aStoreAnHourAheadDoesNotTakeNumbersFromThoseWhoKnowBetter() {
    Holder first = new Holder("api-1");
    first.keeper.step();
    time.stepStore(Duration.ofHours(1));
    first.keeper.step();
    assertThat(first.clock.now()).isEqualTo(FakeTime.START);
    assertThat(first.until()).isEqualTo(FakeTime.START + WINDOW);
  }

  @Test
  void untilTheFirstLeaseARefusalSaysWhatFailed() {
    Holder process = new Holder("api-1");
    store.lostRequests = true;
    process.keeper.step();
    assertThat(
            catchThrowableOfType(UserIdUnavailableException.class, () -> process.generator.next(1)))
        .hasMessage("ID_STORE_UNAVAILABLE: no machine number was leased yet: lost request");
  }

  @Test
  void anOutageAfterALossDoesNotHideTheLoss() {
    Holder process = new Holder("api-1");
    process.keeper.step();
    time.advance(Duration.ofMillis(WINDOW + 1));
    for (int i = 0; i < 4; i++) {
      new Holder("other-" + i).keeper.step();
    }
    process.keeper.step();
    store.lostRequests = true;
    process.keeper.step();
    assertThat(process.refusal()).isEqualTo(Code.ID_LEASE_LOST);
  }

  @Test
  void whoIsAlwaysSecondLooksAgainSoonAndHoldsNothing() {
    Holder process = new Holder("api-1");
    store.tooLate = true;
    assertThat(process.keeper.step()).isBetween(10_000_000L, 30_000_000L);
    assertThat(store.claims).as("every free row once").isEqualTo(4);
    assertThat(process.keeper.holding()).isFalse();

    FailingStore large = new FailingStore(new InMemoryMachineStore(256, time::storeNow));
    large.tooLate = true;
    new Holder("api-2", large).keeper.step();
    assertThat(large.claims).as("then a fresh look is better").isEqualTo(8);
  }

  /** Operators read the log: one line when trouble begins, not one for every attempt. */
  @Test
  void everyTroubleIsLoggedOnce() {
    try (Warnings warnings = new Warnings()) {
      Holder process = new Holder("api-1");
      store.lostRequests = true;
      process.keeper.step();
      process.keeper.step();
      assertThat(warnings.take()).containsExactly("no machine number leased; trying on");
      store.lostRequests = false;
      process.keeper.step();
      store.lostRequests = true;
      process.keeper.step();
      process.keeper.step();
      assertThat(warnings.take())
          .containsExactly(
              "window of machine number "
                  + process.generator.lease().machine()
                  + " not renewed; trying on");
      store.lostRequests = false;
      process.keeper.step();
      time.advance(Duration.ofMillis(WINDOW + 1));
      for (int i = 0; i < 4; i++) {
        new Holder("other", store).keeper.step();
      }
      process.keeper.step();
      assertThat(warnings.take())
          .containsExactly("lost machine number " + process.generator.lease().machine());
      Holder tooMany = new Holder("one too many");
      tooMany.keeper.step();
      tooMany.keeper.step();
      assertThat(warnings.take()).containsExactly("all machine numbers are held: other (4)");
    }
  }

  /** What the keeper warns of. */
  private static final class Warnings extends Handler implements AutoCloseable {
    // Held, because loggers that nobody holds are forgotten with their handlers.
    private final Logger logger = Logger.getLogger(LeaseKeeper.class.getName());
    private final List<String> messages = new ArrayList<>();

    Warnings() {
      logger.addHandler(this);
    }

    @Override
    public void publish(LogRecord logged) {
      if (logged.getLevel().equals(Level.WARNING)) {
        messages.add(logged.getMessage());
      }
    }

    List<String> take() {
      List<String> taken = List.copyOf(messages);
      messages.clear();
      return taken;
    }

    @Override
    public void flush() {
      // Nothing is kept back.
    }

    @Override
    public void close() {
      logger.removeHandler(this);
    }
  }

  private List<MachineStore.Row> held() {
    return rows.read().rows().stream().filter(row -> !row.token().isEmpty()).toList();
  }

  private final class Holder {
    final AnchoredClock clock = new AnchoredClock(time::nanoTime, time, Duration.ofSeconds(2));
    final UserIdGenerator generator;
    final LeaseKeeper keeper;

    Holder(String name) {
      this(name, store);
    }

    Holder(String name, MachineStore machines) {
      UserIdSettings settings = UserIdSettings.standard();
      Surroundings surroundings = time.surroundings(name.hashCode() * 31L + counter++);
      generator = new UserIdGenerator(clock, time::nanoTime, time::park, settings);
      keeper =
          new LeaseKeeper(
              new MachineNumbers(machines, clock, surroundings.random(), name, settings),
              generator,
              surroundings.random(),
              settings);
    }

    long until() {
      return generator.lease().until();
    }

    Code refusal() {
      UserIdUnavailableException refused =
          catchThrowableOfType(UserIdUnavailableException.class, () -> generator.next(1));
      assertThat(refused).as("a refusal").isNotNull();
      return refused.code();
    }
  }

  private long counter;

  /** Loses requests or answers after letting some through. */
  private static final class FailingStore implements MachineStore {
    private final MachineStore real;
    boolean lostRequests;
    boolean lostAnswers;
    int answersLeft;
    boolean tooLate;
    int claims;

    FailingStore(MachineStore real) {
      this.real = real;
    }

    @Override
    public View read() throws StoreUnavailableException {
      boolean fails = before();
      return after(real.read(), fails);
    }

    @Override
    public boolean claim(Row asRead, String token, String process, long until)
        throws StoreUnavailableException {
      claims++;
      if (tooLate) {
        return false;
      }
      boolean fails = before();
      return after(real.claim(asRead, token, process, until), fails);
    }

    @Override
    public Extension extend(int machine, String token, long until)
        throws StoreUnavailableException {
      boolean fails = before();
      return after(real.extend(machine, token, until), fails);
    }

    @Override
    public void release(int machine, String token, long unused) throws StoreUnavailableException {
      boolean fails = before();
      real.release(machine, token, unused);
      after(true, fails);
    }

    private boolean before() throws StoreUnavailableException {
      if (answersLeft > 0) {
        answersLeft--;
        return false;
      }
      if (lostRequests) {
        throw new StoreUnavailableException("lost request");
      }
      return lostAnswers;
    }

    private static <T> T after(T answer, boolean fails) throws StoreUnavailableException {
      if (fails) {
        throw new StoreUnavailableException("lost answer");
      }
      return answer;
    }
  }
}
