package io.usercenter.cli.demo;

import java.util.Arrays;

/** Durations in ns, all of them kept; thread safe. */
final class Samples {
  private long[] values = new long[64];
  private int size;

  synchronized void add(long nanos) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = nanos;
  }

  synchronized int count() {
    return size;
  }

  /**
   * The smallest value that this share of all values does not exceed (nearest rank).
   *
   * @param percent above 0, up to 100
   * @throws IllegalStateException when there are no values
   */
  synchronized long percentile(double percent) {
    if (size == 0) {
      throw new IllegalStateException("no values");
    }
    long[] sorted = Arrays.copyOf(values, size);
    Arrays.sort(sorted);
    return sorted[Math.max(1, (int) Math.ceil(percent / 100 * size)) - 1];
  }
}
