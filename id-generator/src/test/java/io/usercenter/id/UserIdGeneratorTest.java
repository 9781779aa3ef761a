package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.usercenter.id.UserIdGenerator.Trouble;
import io.usercenter.id.UserIdUnavailableException.Code;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A generator with a lease given by hand, on a clock moved by hand. */
class UserIdGeneratorTest {
  private static final long WINDOW = 300_000;

  private final FakeTime time = new FakeTime();
  private final AnchoredClock clock =
      new AnchoredClock(time::nanoTime, time, Duration.ofSeconds(2));
  private final UserIdGenerator generator =
      new UserIdGenerator(clock, time::nanoTime, time::park, UserIdSettings.standard());

  @BeforeEach
  void lease() {
    setClock();
    generator.follow(new Grant(7, "token", 1, FakeTime.START + WINDOW));
  }

  @Test
  void anIdCarriesMachineGeneAndTime() {
    UserId id = generator.next(0b101_10011);

    assertThat(id.machine()).isEqualTo(7);
    assertThat(id.gene()).isEqualTo(0b101_10011);
    assertThat(id.shard()).isEqualTo(new Shard(0b10011));
    assertThat(id.issuedAt()).isEqualTo(UserIdLayout.instant(FakeTime.START));
  }

  /** The promise of the gene, for every id ever minted. */
  @Test
  void theLowEightBitsAreTheGene() {
    SplittableRandom random = new SplittableRandom(3);
    Set<Long> seen = new HashSet<>();
    long[] batch = new long[50];
    for (int i = 0; i < 200_000; i++) {
      int gene = random.nextInt(256);
      if (random.nextInt(1000) == 0) {
        generator.fill(gene, batch);
        for (long id : batch) {
          assertThat(id & 255).isEqualTo(gene);
          assertThat(seen.add(id)).isTrue();
        }
      }
      long id = generator.nextValue(gene);
      if ((id & 255) != gene || !seen.add(id)) {
        throw new AssertionError("id " + id + " for gene " + gene);
      }
      time.nanos.addAndGet(random.nextInt(100) == 0 ? 3_000_000 : 100);
    }
  }

  @Test
  void genesThatAreNoneAreRefused() {
    for (int wrong : new int[] {-1, 256}) {
      assertThatIllegalArgumentException().isThrownBy(() -> generator.next(wrong));
      assertThatIllegalArgumentException().isThrownBy(() -> generator.fill(wrong, new long[1]));
    }
    assertThat(generator.next(0).gene()).isZero();
    assertThat(generator.next(255).gene()).isEqualTo(255);
  }

  @Test
  void aLaneGives32IdsInAMillisecondAndBorrowsTenMore() {
    time.parkMoves = false;
    long last = 0;
    for (int i = 0; i < 11 * 32; i++) {
      long id = generator.nextValue(5);
      assertThat(id).isGreaterThan(last);
      assertThat(UserIdLayout.timestamp(id)).isEqualTo(FakeTime.START + i / 32);
      last = id;
    }
    assertThat(generator.lead()).isEqualTo(10);
    assertThat(generator.parked()).isZero();
    assertThat(generator.nextValue(6)).as("other lanes have room").isPositive();

    time.parkMoves = true;
    long parked = generator.nextValue(5);
    assertThat(UserIdLayout.timestamp(parked)).isEqualTo(FakeTime.START + 11);
    assertThat(clock.now()).isEqualTo(FakeTime.START + 1);
    assertThat(generator.parked()).isEqualTo(1);
  }

  @Test
  void theLeadIsNeverMoreThanTenMilliseconds() {
    SplittableRandom random = new SplittableRandom(9);
    long[] batch = new long[500];
    for (int i = 0; i < 2_000; i++) {
      int gene = random.nextInt(3);
      long id;
      if (random.nextBoolean()) {
        generator.fill(gene, batch);
        id = batch[batch.length - 1];
      } else {
        id = generator.nextValue(gene);
      }
      assertThat(UserIdLayout.timestamp(id)).isLessThanOrEqualTo(clock.now() + 10);
      assertThat(generator.lead()).isBetween(0L, 10L);
    }
  }

  @Test
  void theLeadOfIdleLanesIsZero() {
    generator.next(1);
    time.advance(Duration.ofSeconds(5));
    assertThat(generator.lead()).isZero();
  }

  @Test
  void aBatchRisesAndCrossesMilliseconds() {
    long[] ids = new long[10_000];
    generator.fill(77, ids);

    assertThat(ids).isSorted().doesNotHaveDuplicates();
    assertThat(ids[0]).isPositive();
    long span = UserIdLayout.timestamp(ids[9_999]) - UserIdLayout.timestamp(ids[0]);
    assertThat(span).as("no slot is left out").isEqualTo(9_999 / 32);
    assertThat(LongStream.of(ids)).allMatch(id -> (id & 255) == 77);
  }

  @Test
  void anEmptyBatchIsNothing() {
    generator.fill(1, new long[0]);
    assertThat(generator.nextValue(1)).isPositive();
  }

  @Test
  void theSequenceGoesOnAtALowRate() {
    Set<Integer> turns = new HashSet<>();
    for (int i = 0; i < 64; i++) {
      turns.add(generator.next(0).sequence());
      time.advance(Duration.ofMillis(50));
    }
    assertThat(turns).hasSize(32);
  }

  @Test
  void aLaneThatStaysFullIsRefused() {
    AtomicLong waiting = new AtomicLong(); // runs on, while the clock stands still
    UserIdGenerator impatient =
        new UserIdGenerator(clock, waiting::get, waiting::addAndGet, UserIdSettings.standard());
    impatient.follow(new Grant(8, "token", FakeTime.START + 11, FakeTime.START + WINDOW));

    UserIdUnavailableException refused = refusal(() -> impatient.nextValue(5));

    assertThat(refused.code()).isEqualTo(Code.ID_LANE_SATURATED);
    assertThat(refused)
        .hasMessage(
            "ID_LANE_SATURATED: the lane was full for 1000 ms; one gene has 32 ids in a"
                + " millisecond");
    assertThat(impatient.saturated()).isEqualTo(1);
    assertThat(impatient.refused()).isEqualTo(1);
    assertThat(impatient.parked()).isEqualTo(1001);
  }

  @Test
  void whoWaitsIsLetInAsLongAsTheClockRuns() {
    long[] many = new long[32 * 2_000]; // two seconds' worth, each step well within the patience
    generator.fill(5, many);
    assertThat(generator.saturated()).isZero();
    assertThat(generator.parked()).isGreaterThan(1_900);
  }

  @Test
  void theWindowIsUsedToItsLastMillisecondAndNotBeyond() {
    time.advance(Duration.ofMillis(WINDOW - 1));
    long[] rest = new long[32];
    generator.fill(9, rest);
    assertThat(UserIdLayout.timestamp(rest[0])).isEqualTo(FakeTime.START + WINDOW - 1);

    UserIdUnavailableException refused = refusal(() -> generator.next(9));

    assertThat(refused.code()).isEqualTo(Code.ID_LEASE_EXPIRED);
    assertThat(refused)
        .hasMessage(
            "ID_LEASE_EXPIRED: the window of machine number 7 ended at 2026-11-15T17:51:40Z and"
                + " could not be renewed");
    assertThat(generator.next(10).issuedAt()).as("another lane").isNotNull();
    time.advance(Duration.ofMillis(1));
    assertThat(refusal(() -> generator.next(10)).code()).isEqualTo(Code.ID_LEASE_EXPIRED);
    assertThat(refusal(() -> generator.fill(10, new long[2])).code())
        .isEqualTo(Code.ID_LEASE_EXPIRED);
    assertThat(generator.refused()).isEqualTo(3);
  }

  @Test
  void anExtendedWindowGoesOn() {
    time.advance(Duration.ofMillis(WINDOW));
    refusal(() -> generator.next(9));
    generator.lease().extendTo(FakeTime.START + WINDOW + 1);
    assertThat(generator.next(9).issuedAt())
        .isEqualTo(UserIdLayout.instant(FakeTime.START + WINDOW));
    generator.lease().extendTo(FakeTime.START);
    assertThat(generator.lease().until()).as("never down").isEqualTo(FakeTime.START + WINDOW + 1);
  }

  @Test
  void aLeaseStartsWhereTheLastHolderStopped() {
    generator.follow(new Grant(8, "other", FakeTime.START + 5, FakeTime.START + WINDOW));
    assertThat(generator.next(1).issuedAt()).isEqualTo(UserIdLayout.instant(FakeTime.START + 5));
    assertThat(generator.next(1).machine()).isEqualTo(8);
  }

  @Test
  void idsOfAGeneRiseAcrossLeases() {
    long[] before = new long[100];
    generator.fill(5, before);
    generator.follow(new Grant(3, "other", 1, FakeTime.START + WINDOW));
    long after = generator.nextValue(5);
    assertThat(after).isGreaterThan(before[99]);
    assertThat(UserIdLayout.machine(after)).isEqualTo(3);
    assertThat(UserIdLayout.timestamp(after)).isEqualTo(UserIdLayout.timestamp(before[99]) + 1);
  }

  @Test
  void aThreadPausedInsideTheOldLeaseCannotMintThere() {
    Lanes old = generator.lease().lanes();
    generator.next(5);
    long last = old.last(5);
    generator.follow(new Grant(3, "other", 1, FakeTime.START + WINDOW));
    assertThat(old.advance(5, last, last + 1)).isFalse();
    assertThat(old.last(5)).isEqualTo(Lanes.SEALED);
    assertThat(Lanes.successor(Lanes.SEALED, FakeTime.START)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void theExactHighWaterMarkIsKnown() {
    assertThat(new Lease(1, "t", 1000, 2000, new Lanes(1000)).seal()).isEqualTo(1000);
    generator.next(200);
    long[] ids = new long[65];
    generator.fill(3, ids);
    assertThat(generator.lease().seal())
        .isEqualTo(UserIdLayout.timestamp(ids[64]) + 1)
        .isEqualTo(FakeTime.START + 3);
  }

  @Test
  void closedStaysClosedEvenIfALateLeaseArrives() {
    generator.trouble(new Trouble(Code.ID_CLOSED, "the generator was closed"));
    generator.lease().seal();
    assertThat(refusal(() -> generator.next(5))).hasMessage("ID_CLOSED: the generator was closed");
    generator.follow(new Grant(3, "late", 1, FakeTime.START + WINDOW));
    refusal(() -> generator.next(5));
    refusal(() -> generator.fill(5, new long[3]));
    assertThat(generator.lead()).isZero();
  }

  @Test
  void beforeTheFirstLeaseNothingIsMinted() {
    UserIdGenerator fresh =
        new UserIdGenerator(clock, time::nanoTime, time::park, UserIdSettings.standard());
    UserIdUnavailableException refused = refusal(() -> fresh.next(0));
    assertThat(refused.code()).isEqualTo(Code.ID_STORE_UNAVAILABLE);
    assertThat(refused).hasMessage("ID_STORE_UNAVAILABLE: no machine number was leased yet");
  }

  @Test
  void idsEndIn2157() {
    long end = UserIdLayout.MAX_TIMESTAMP;
    time.stepStore(Duration.ofMillis(end - FakeTime.START));
    time.stepWall(Duration.ofMillis(end - FakeTime.START));
    setClock();
    generator.follow(new Grant(255, "token", 1, end + WINDOW));
    long[] rest = new long[32];
    generator.fill(255, rest);
    assertThat(rest[31]).isLessThanOrEqualTo(Long.MAX_VALUE).isPositive();
    UserIdUnavailableException refused = refusal(() -> generator.next(255));
    assertThat(refused.code()).isEqualTo(Code.ID_TIMESTAMP_OVERFLOW);
    assertThat(refused)
        .hasMessage(
            "ID_TIMESTAMP_OVERFLOW: the clock shows 2157-05-15T07:35:11.103Z,"
                + " ids end at 2157-05-15T07:35:11.103Z");
  }

  @Test
  void aWindowThatEndsInTheLastMillisecondIsStillAWindow() {
    long end = UserIdLayout.MAX_TIMESTAMP;
    time.stepStore(Duration.ofMillis(end - FakeTime.START));
    time.stepWall(Duration.ofMillis(end - FakeTime.START));
    setClock();
    generator.follow(new Grant(255, "token", 1, end));
    assertThat(refusal(() -> generator.next(255)).code()).isEqualTo(Code.ID_LEASE_EXPIRED);
  }

  @Test
  void settingsAreBounded() {
    UserIdSettings standard = UserIdSettings.standard();
    assertThat(standard.window()).isEqualTo(Duration.ofMinutes(5));
    assertThat(standard.renewal()).isEqualTo(Duration.ofSeconds(75));
    assertThat(standard.maxLead()).isEqualTo(Duration.ofMillis(10));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> standard.withWindow(Duration.ofSeconds(30), Duration.ofSeconds(11)))
        .withMessage("user id renewal must be PT0.01S to PT10S, was PT11S");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> standard.withWindow(Duration.ofMillis(999), Duration.ofMillis(100)));
    assertThat(standard.withWindow(Duration.ofSeconds(30), Duration.ofSeconds(10)).renewal())
        .isEqualTo(Duration.ofSeconds(10));
  }

  private void setClock() {
    clock.follow(clock.vote(time.storeNow(), clock.startOfQuestion()));
  }

  private static UserIdUnavailableException refusal(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable mint) {
    UserIdUnavailableException refused =
        catchThrowableOfType(UserIdUnavailableException.class, mint);
    assertThat(refused).as("a refusal").isNotNull();
    return refused;
  }
}
