package io.usercenter.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.usercenter.id.Interleavings.Scenario;
import io.usercenter.id.UserIdGenerator.Trouble;
import io.usercenter.id.UserIdUnavailableException.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * One lane, a few threads, every order of their reads of the clock, reads and writes of the lane.
 */
class LaneInterleavingsTest {
  private static final int GENE = 5;
  private static final long UNTIL = FakeTime.START + 2;

  private final Interleavings orders = new Interleavings();

  @Test
  void twoThreadsMintTwoIdsEach() throws Exception {
    int runs =
        orders.explore(
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
        orders.explore(
            order -> {
              Lane lane = new Lane(order, false);
              return new Scenario(
                  List.of(lane.batch(3), lane.minting(2)), () -> lane.check(5, Long.MAX_VALUE));
            });
    assertThat(runs).isGreaterThan(300);
  }

  @Test
  void theClockMovesWhileTwoMint() throws Exception {
    orders.explore(
        order -> {
          Lane lane = new Lane(order, false);
          return new Scenario(
              List.of(
                  lane.minting(1),
                  lane.minting(1),
                  Interleavings.each(
                      1,
                      i -> {
                        order.step();
                        lane.time.advance(Duration.ofMillis(1));
                      })),
              () -> lane.check(-1, UNTIL));
        });
  }

  /** The mark that a clean release writes: nothing is minted at or above it, ever. */
  @Test
  void closingKnowsTheExactMark() throws Exception {
    int runs =
        orders.explore(
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
        orders.explore(
            order -> {
              Lane lane = new Lane(order, false);
              Runnable takingOver = () -> lane.generator.follow(new Grant(3, "next", 1, UNTIL));
              return new Scenario(
                  List.of(lane.minting(1), lane.minting(1), takingOver),
                  () -> {
                    lane.check(-1, UNTIL);
                    long lastOfOld =
                        lane.all().stream()
                            .filter(id -> UserIdLayout.machine(id) == 7)
                            .mapToLong(UserIdLayout::timestamp)
                            .max()
                            .orElse(0);
                    assertThat(lane.all())
                        .filteredOn(id -> UserIdLayout.machine(id) == 3)
                        .allMatch(id -> UserIdLayout.timestamp(id) > lastOfOld);
                  });
            });
    assertThat(runs).isGreaterThan(1_000);
  }

  @Test
  void aLaneThatReadsAndThenWritesIsFound() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                orders.explore(
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
      generator.install(new Lease(7, "token", 1, UNTIL, new SteppedLanes(order, broken)));
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
              assertThat(e.code()).isIn(Code.ID_CLOSED, Code.ID_LEASE_EXPIRED);
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

    List<Long> all() {
      return byThread.stream().flatMap(List::stream).toList();
    }

    void check(int count, long unused) {
      assertThat(all()).doesNotHaveDuplicates();
      byThread.forEach(ids -> assertThat(ids).isSorted());
      assertThat(all())
          .allMatch(id -> UserIdLayout.timestamp(id) < Math.min(UNTIL, unused))
          .allMatch(id -> UserIdLayout.gene(id) == GENE);
      if (count >= 0) {
        assertThat(all()).hasSize(count);
      }
    }
  }

  private static final class SteppedLanes extends Lanes {
    private final Interleavings order;
    private final boolean broken;

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
      if (gene == GENE) {
        order.step();
      }
      return super.seal(gene);
    }
  }
}
