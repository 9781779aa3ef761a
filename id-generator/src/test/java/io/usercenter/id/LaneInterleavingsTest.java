package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.usercenter.id.Interleavings.Scenario;
import io.usercenter.id.UserIdGenerator.Trouble;
import io.usercenter.id.UserIdUnavailableException.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One lane, two or three threads, every order of what they do to shared state: reads of the clock,
 * reads, compare-and-sets and seals of the lane, installing a lease, extending it. A read of the
 * lease or of its limit goes with the step before it: moving it across another thread's step gives
 * an order that is run as well, or one whose compare-and-set fails. Each test prints how many
 * orders it has run.
 */
@Tag("slow")
class LaneInterleavingsTest {
  private static final int GENE = 5;
  private static final long UNTIL = FakeTime.START + 2;

  /** Runs all orders and tells how many there were, so that nobody takes a few for all. */
  private static int explore(String what, Function<Interleavings, Scenario> scenario)
      throws InterruptedException {
    int runs = new Interleavings().explore(scenario);
    System.out.printf("%s: all %,d orders%n", what, runs);
    return runs;
  }

  @Test
  void twoThreadsMintTwoIdsEach() throws Exception {
    int runs =
        explore(
            "two threads, two ids each",
            order -> {
              Lane lane = new Lane(order, false);
              return new Scenario(
                  List.of(lane.minting(2), lane.minting(2)), () -> lane.check(4, Long.MAX_VALUE));
            });
    assertThat(runs).isGreaterThan(1_000);
  }

  @Test
  void aBatchAndSingleIds() throws Exception {
    int runs =
        explore(
            "a batch and single ids",
            order -> {
              Lane lane = new Lane(order, false);
              return new Scenario(
                  List.of(lane.batch(3), lane.minting(2)), () -> lane.check(5, Long.MAX_VALUE));
            });
    assertThat(runs).isGreaterThan(300);
  }

  @Test
  void theClockMovesWhileTwoMint() throws Exception {
    int runs =
        explore(
            "the clock moves while two mint",
            order -> {
              Lane lane = new Lane(order, false);
              Runnable moving =
                  () -> {
                    order.step();
                    lane.time.advance(Duration.ofMillis(1));
                  };
              return new Scenario(
                  List.of(lane.minting(1), lane.minting(1), moving), () -> lane.check(-1, UNTIL));
            });
    assertThat(runs).isGreaterThan(300);
  }

  @Test
  void theWindowIsExtendedWhileTwoMintAtItsEnd() throws Exception {
    Set<Integer> outcomes = new HashSet<>();
    int runs =
        explore(
            "the window is extended while two mint at its end",
            order -> {
              Lane lane = new Lane(order, false);
              lane.time.advance(Duration.ofMillis(2)); // to the window's end
              Runnable extending =
                  () -> {
                    order.step();
                    lane.generator.lease().extendTo(UNTIL + 1);
                  };
              return new Scenario(
                  List.of(lane.minting(1), lane.minting(1), extending),
                  () -> {
                    lane.checkBelow(UNTIL + 1);
                    outcomes.add(lane.all().size());
                  });
            });
    assertThat(runs).isGreaterThan(100);
    assertThat(outcomes).as("refused before, minted after").containsExactlyInAnyOrder(0, 1, 2);
  }

  /** The mark that a clean release writes: nothing is minted at or above it, ever. */
  @Test
  void closingKnowsTheExactMark() throws Exception {
    int runs =
        explore(
            "closing while two mint",
            order -> {
              Lane lane = new Lane(order, false);
              long[] unused = new long[1];
              Runnable closing =
                  () -> {
                    lane.generator.trouble(new Trouble(Code.ID_CLOSED, "closed"));
                    unused[0] = lane.generator.lease().seal();
                  };
              return new Scenario(
                  List.of(lane.minting(1), lane.minting(1), closing),
                  () -> lane.check(-1, unused[0]));
            });
    assertThat(runs).isGreaterThan(1_000);
  }

  @Test
  void anotherLeaseTakesOverInFlight() throws Exception {
    int runs =
        explore(
            "another lease while two mint",
            order -> {
              Lane lane = new Lane(order, false);
              return lane.takenOverDuring(lane.minting(1), lane.minting(1));
            });
    assertThat(runs).isGreaterThan(1_000);
  }

  @Test
  void theOldLeaseIsSealedAndTheNextIsNotYetThere() throws Exception {
    int runs =
        explore(
            "another lease, with a pause before it is installed, while one mints",
            order -> {
              Lane lane = new Lane(order, false);
              lane.lanes.stepAfterSeal = true;
              return lane.takenOverDuring(lane.minting(3));
            });
    assertThat(runs).isGreaterThan(50);
  }

  @Test
  void aLaneThatReadsAndThenWritesIsFound() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                explore(
                    "planted",
                    order -> {
                      Lane lane = new Lane(order, true);
                      return new Scenario(
                          List.of(lane.minting(1), lane.minting(1)),
                          () -> lane.check(2, Long.MAX_VALUE));
                    }))
        .withMessageContaining("in the order [");
  }

  /** A generator whose lane stops before every access. */
  private static final class Lane {
    private final FakeTime time = new FakeTime();
    private final SteppedLanes lanes;
    private final UserIdGenerator generator;
    private final List<List<Long>> byThread = new ArrayList<>();

    Lane(Interleavings order, boolean broken) {
      AnchoredClock clock =
          new AnchoredClock(
              () -> {
                order.step();
                return time.nanoTime();
              },
              time,
              Duration.ofSeconds(2));
      clock.follow(clock.vote(time.storeNow(), clock.startOfQuestion()));
      generator = new UserIdGenerator(clock, time::nanoTime, time::park, UserIdSettings.standard());
      lanes = new SteppedLanes(order, broken);
      generator.install(new Lease(7, "token", 1, UNTIL, lanes));
    }

    Runnable minting(int ids) {
      List<Long> mine = new ArrayList<>();
      byThread.add(mine);
      return Interleavings.each(
          ids,
          i -> {
            try {
              mine.add(generator.nextValue(GENE));
            } catch (UserIdUnavailableException e) {
              assertThat(e.code()).isIn(Code.ID_CLOSED, Code.ID_LEASE_EXPIRED, Code.ID_LEASE_LOST);
            }
          });
    }

    Runnable batch(int ids) {
      List<Long> mine = new ArrayList<>();
      byThread.add(mine);
      return () -> {
        long[] many = new long[ids];
        generator.fill(GENE, many);
        for (long id : many) {
          mine.add(id);
        }
      };
    }

    Scenario takenOverDuring(Runnable... minting) {
      List<Runnable> threads = new ArrayList<>(List.of(minting));
      threads.add(
          () -> {
            generator.trouble(new Trouble(Code.ID_LEASE_LOST, "lost"));
            generator.follow(new Grant(3, "next", 1, UNTIL));
          });
      return new Scenario(threads, this::checkTakeover);
    }

    private void checkTakeover() {
      check(-1, UNTIL);
      long lastOfOld =
          all().stream()
              .filter(id -> UserIdLayout.machine(id) == 7)
              .mapToLong(UserIdLayout::timestamp)
              .max()
              .orElse(0);
      assertThat(all())
          .filteredOn(id -> UserIdLayout.machine(id) == 3)
          .allMatch(id -> UserIdLayout.timestamp(id) > lastOfOld);
    }

    List<Long> all() {
      return byThread.stream().flatMap(List::stream).toList();
    }

    void checkBelow(long end) {
      assertThat(all()).doesNotHaveDuplicates();
      byThread.forEach(ids -> assertThat(ids).isSorted());
      assertThat(all())
          .allMatch(id -> UserIdLayout.timestamp(id) < end)
          .allMatch(id -> UserIdLayout.gene(id) == GENE);
    }

    void check(int count, long unused) {
      checkBelow(Math.min(UNTIL, unused));
      if (count >= 0) {
        assertThat(all()).hasSize(count);
      }
    }
  }

  private static final class SteppedLanes extends Lanes {
    private final Interleavings order;
    private final boolean broken;
    private boolean stepAfterSeal;

    SteppedLanes(Interleavings order, boolean broken) {
      super(FakeTime.START);
      this.order = order;
      this.broken = broken;
    }

    @Override
    long last(int gene) {
      order.step();
      return super.last(gene);
    }

    @Override
    boolean advance(int gene, long from, long to) {
      order.step();
      return broken ? super.advance(gene, super.last(gene), to) : super.advance(gene, from, to);
    }

    @Override
    long seal(int gene) {
      if (gene != GENE) {
        return super.seal(gene);
      }
      order.step();
      long spent = super.seal(gene);
      if (stepAfterSeal) {
        order.step();
      }
      return spent;
    }
  }
}
