package io.usercenter.cli.demo;

import io.usercenter.id.Shard;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A horizontal bar for each shard. */
final class ShardChart {
  private static final int WIDTH = 60;

  private final List<Integer> counts;

  /**
   * @param counts accounts by shard, all 32
   */
  ShardChart(List<Integer> counts) {
    if (counts.size() != Shard.COUNT) {
      throw new IllegalArgumentException("needs 32 counts, has " + counts.size());
    }
    this.counts = List.copyOf(counts);
  }

  int total() {
    return counts.stream().mapToInt(Integer::intValue).sum();
  }

  /** The shard with the most accounts; the first of several. */
  int fullest() {
    return counts.indexOf(Collections.max(counts));
  }

  long unused() {
    return counts.stream().filter(count -> count == 0).count();
  }

  /** 1 when all are equal; 0 when there are no accounts. */
  double maxOverMean() {
    return total() == 0 ? 0 : Collections.max(counts) * (double) Shard.COUNT / total();
  }

  /**
   * The 32 bars.
   *
   * @param bar drawn once for each unit
   */
  List<String> lines(char bar) {
    int max = Math.max(1, Collections.max(counts));
    int digits = Math.max(4, Integer.toString(max).length());
    List<String> lines = new ArrayList<>();
    for (int shard = 0; shard < Shard.COUNT; shard++) {
      int count = counts.get(shard);
      int length = max <= WIDTH ? count : Math.round((float) count * WIDTH / max);
      lines.add(
          "  %s %s  %s"
              .formatted(
                  new Shard(shard),
                  " ".repeat(digits - Integer.toString(count).length()) + count,
                  String.valueOf(bar).repeat(length))
              .stripTrailing());
    }
    return lines;
  }
}
