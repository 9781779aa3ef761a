package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Two of three clocks win, and time never runs backwards: by moving each clock by hand. */
class AnchoredClockTest {
  private final FakeTime time = new FakeTime();
  private final AnchoredClock clock =
      new AnchoredClock(time::nanoTime, time, Duration.ofSeconds(2));

  @Test
  void beforeTheStoreWasSeenItIsTheBeginning() {
    assertThat(clock.now()).isZero();
    assertThat(clock.untilNextMillisecond()).isEqualTo(1_000_000);
  }

  @Test
  void itFollowsTheMonotonicClockFromTheStoresTime() {
    vote();
    assertThat(clock.now()).isEqualTo(FakeTime.START);
    time.advance(Duration.ofMillis(1234));
    assertThat(clock.now()).isEqualTo(FakeTime.START + 1234);
    time.stepWall(Duration.ofHours(5));
    time.stepStore(Duration.ofHours(-5));
    assertThat(clock.now()).isEqualTo(FakeTime.START + 1234);
    assertThat(clock.votesLost()).isEqualTo(new ClockVotes(0, 0, 0));
  }

  @Test
  void theNextMillisecondIsKnownToTheNanosecond() {
    vote();
    time.nanos.addAndGet(300_000);
    assertThat(clock.untilNextMillisecond()).isEqualTo(700_000);
    time.nanos.addAndGet(699_999);
    assertThat(clock.now()).isEqualTo(FakeTime.START);
    assertThat(clock.untilNextMillisecond()).isEqualTo(1);
    time.nanos.addAndGet(1);
    assertThat(clock.now()).isEqualTo(FakeTime.START + 1);
  }

  @Test
  void atFirstTheStoreIsBelieved() {
    time.stepWall(Duration.ofMillis(-2001));
    vote();
    assertThat(clock.now()).isEqualTo(FakeTime.START);
    assertThat(clock.votesLost()).isEqualTo(new ClockVotes(0, 1, 0));
  }

  @Test
  void twoSecondsApartIsStillTogether() {
    time.stepWall(Duration.ofSeconds(-2));
    vote();
    vote();
    assertThat(clock.votesLost()).isEqualTo(new ClockVotes(0, 0, 0));
  }

  @Test
  void aWallClockThatJumpsIsOutvoted() {
    vote();
    time.stepWall(Duration.ofHours(1));
    vote();
    assertThat(clock.now()).isEqualTo(FakeTime.START);
    assertThat(clock.votesLost()).isEqualTo(new ClockVotes(0, 1, 0));
  }

  @Test
  void aStoreThatJumpsIsOutvoted() {
    vote();
    time.stepStore(Duration.ofHours(-1));
    vote();
    time.stepStore(Duration.ofHours(2));
    vote();
    assertThat(clock.now()).isEqualTo(FakeTime.START);
    assertThat(clock.votesLost()).isEqualTo(new ClockVotes(2, 0, 0));
    time.advance(Duration.ofSeconds(8));
    assertThat(clock.now()).as("not even slowed down").isEqualTo(FakeTime.START + 8_000);
  }

  @Test
  void aMonotonicClockThatStoodStillIsSteppedForward() {
    vote();
    time.stepStore(Duration.ofHours(1));
    time.stepWall(Duration.ofHours(1));
    vote();
    assertThat(clock.now()).isEqualTo(FakeTime.START + 3_600_000);
    assertThat(clock.votesLost()).isEqualTo(new ClockVotes(0, 0, 1));
  }

  @Test
  void threeOpinionsChangeNothing() {
    vote();
    time.stepStore(Duration.ofHours(1));
    time.stepWall(Duration.ofHours(-1));
    vote();
    assertThat(clock.now()).isEqualTo(FakeTime.START);
    assertThat(clock.votesLost()).isEqualTo(new ClockVotes(1, 1, 0));
  }

  @Test
  void aheadItGoesSlowerUntilItIsRight() {
    vote();
    time.stepStore(Duration.ofSeconds(-1));
    vote();
    assertThat(clock.now()).as("never back").isEqualTo(FakeTime.START);
    time.advance(Duration.ofSeconds(4));
    assertThat(clock.now()).isEqualTo(FakeTime.START + 3500);
    time.advance(Duration.ofSeconds(4));
    assertThat(clock.now()).as("right again").isEqualTo(FakeTime.START + 7000);
    time.advance(Duration.ofSeconds(4));
    assertThat(clock.now()).as("at full speed").isEqualTo(FakeTime.START + 11_000);
  }

  @Test
  void aSlowAnswerIsNoVoteAndDoesNotStopTheCorrection() {
    vote();
    time.stepStore(Duration.ofSeconds(-1));
    vote();
    time.advance(Duration.ofSeconds(1));
    long sent = clock.startOfQuestion();
    long storeNow = time.storeNow();
    time.advance(Duration.ofSeconds(3));
    clock.follow(clock.vote(storeNow, sent));
    assertThat(clock.now()).isEqualTo(FakeTime.START + 3500);
    time.advance(Duration.ofSeconds(8));
    assertThat(clock.now()).isEqualTo(FakeTime.START + 11_000);
    assertThat(clock.votesLost()).isEqualTo(new ClockVotes(0, 0, 0));
  }

  @Test
  void theAnswerIsTakenToBeFromTheMiddleOfItsTrip() {
    vote();
    time.stepStore(Duration.ofMillis(700));
    long sent = clock.startOfQuestion();
    long storeNow = time.storeNow();
    time.advance(Duration.ofSeconds(2));
    clock.follow(clock.vote(storeNow, sent));
    assertThat(clock.now()).isEqualTo(FakeTime.START + 2000);
    time.advance(Duration.ofMillis(2400));
    assertThat(clock.now()).isEqualTo(FakeTime.START + 4100);
  }

  @Test
  void timeRunsOnBetweenTheVoteAndFollowingIt() {
    AnchoredClock.Opinion voted = clock.vote(time.storeNow(), clock.startOfQuestion());
    time.advance(Duration.ofMillis(300));
    clock.follow(voted);
    assertThat(clock.now()).isEqualTo(FakeTime.START + 300);
  }

  @Test
  void aStoreBefore2018IsTheBeginning() {
    time.stepStore(Duration.ofDays(-365 * 50));
    vote();
    assertThat(clock.now()).isZero();
  }

  @Test
  void itNeverRunsBackwardsWhateverTheOthersDo() {
    SplittableRandom random = new SplittableRandom(5);
    vote();
    long before = clock.now();
    for (int i = 0; i < 100_000; i++) {
      switch (random.nextInt(6)) {
        case 0 -> time.stepStore(Duration.ofMillis(random.nextLong(-5000, 5000)));
        case 1 -> time.stepWall(Duration.ofMillis(random.nextLong(-5000, 5000)));
        case 2 -> time.stepWall(Duration.ofHours(random.nextLong(-3, 4)));
        case 3 -> vote();
        default -> time.nanos.addAndGet(random.nextLong(50_000_000));
      }
      assertThat(clock.now()).isGreaterThanOrEqualTo(before);
      before = clock.now();
    }
  }

  private void vote() {
    clock.follow(clock.vote(time.storeNow(), clock.startOfQuestion()));
  }
}
