package io.usercenter.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usercenter.id.Shard;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Pages of all shards together. In many seeded worlds shards of any size stop looking wherever they
 * like; whoever goes from page to page must get every row once, in order.
 */
class ShardPagesTest {
  private static final ShardPages<Integer, Integer> PAGES =
      new ShardPages<>(row -> row, Comparator.<Integer>naturalOrder());

  @Test
  void whoGoesFromPageToPageGetsEveryRowOnceInOrder() {
    int stoppedEarly = 0;
    for (long seed = 1; seed <= 500; seed++) {
      Random random = new Random(seed);
      List<TreeSet<Integer>> shards = new ArrayList<>();
      TreeSet<Integer> all = new TreeSet<>();
      for (Shard _ : Shards.all()) {
        TreeSet<Integer> here = new TreeSet<>();
        for (int i = random.nextInt(6); i > 0; i--) {
          int row = random.nextInt(10_000);
          if (all.add(row)) {
            here.add(row);
          }
        }
        shards.add(here);
      }
      List<Integer> got = new ArrayList<>();
      Integer after = -1;
      for (int pages = 0; after != null; pages++) {
        assertThat(pages).as("seed %d comes to an end", seed).isLessThan(10_000);
        int atMost = 1 + random.nextInt(8);
        ShardScatter.Gathered<ShardPages.Part<Integer, Integer>> gathered =
            new ShardScatter.Gathered<>(new TreeMap<>(), new TreeMap<>());
        for (Shard shard : Shards.all()) {
          ShardPages.Part<Integer, Integer> part =
              part(shards.get(shard.number()).tailSet(after, false), after, random);
          stoppedEarly += part.seenTo() == null ? 0 : 1;
          gathered.answers().put(shard, part);
        }
        ShardPages.Page<Integer, Integer> page = PAGES.merged(gathered, atMost);
        assertThat(page.rows().size()).isLessThanOrEqualTo(atMost);
        got.addAll(page.rows());
        after = page.next();
      }
      assertThat(got).as("seed %d", seed).isEqualTo(List.copyOf(all));
    }
    assertThat(stoppedEarly).isGreaterThan(1000);
  }

  /** Looks some way behind the place, or to the end. */
  private static ShardPages.Part<Integer, Integer> part(
      Set<Integer> behind, int after, Random random) {
    int seenTo = after + 1 + random.nextInt(2_000);
    if (random.nextInt(3) == 0 || seenTo >= 10_000) {
      return new ShardPages.Part<>(List.copyOf(behind), null);
    }
    return new ShardPages.Part<>(behind.stream().filter(row -> row <= seenTo).toList(), seenTo);
  }

  @Test
  void aShardThatIsAwayIsNamedAndTheOthersAreShown() {
    ShardScatter.Gathered<ShardPages.Part<Integer, Integer>> gathered =
        new ShardScatter.Gathered<>(new TreeMap<>(), new TreeMap<>());
    gathered.answers().put(new Shard(1), new ShardPages.Part<>(List.of(3), null));
    gathered.missing().put(new Shard(2), new SQLException("away"));
    ShardPages.Page<Integer, Integer> page = PAGES.merged(gathered, 10);
    assertThat(page.rows()).containsExactly(3);
    assertThat(page.next()).isNull();
    assertThat(page.away()).containsExactly(new Shard(2));
  }

  @Test
  void aPlaceIsReadAsItWasWritten() {
    assertThat(ShardPages.parts(ShardPages.text("a b", "", "7"), 3))
        .containsExactly("a b", "", "7");
    assertThatThrownBy(() -> ShardPages.parts(ShardPages.text("a"), 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ShardPages.parts("?", 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
