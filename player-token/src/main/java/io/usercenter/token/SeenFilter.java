package io.usercenter.token;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Says of most keys at once that they were never added, from one bit each. The maps behind it cost
 * three cache misses a look, and nearly every token that is checked is in none of them.
 *
 * <p>Many may ask while one adds. What was added is never denied.
 */
final class SeenFilter {
  /** So that at most one key in eight is looked up in vain. */
  private static final int BITS_PER_KEY = 8;

  private final AtomicLongArray words;
  private final int shift;
  private int room;

  /**
   * @param keys how many it has room for, at least; one to two bytes each
   */
  SeenFilter(int keys) {
    int logBits = 64 - Long.numberOfLeadingZeros(Math.max(64L, (long) keys * BITS_PER_KEY) - 1);
    this.words = new AtomicLongArray((int) (1L << (logBits - 6)));
    this.shift = 64 - logBits;
    this.room = (int) ((1L << logBits) / BITS_PER_KEY);
  }

  /** Whether another key may be added; else it is time for a new filter. By the one who adds. */
  boolean hasRoom() {
    return room > 0;
  }

  void add(long key) {
    room--;
    int bit = bit(key);
    int word = bit >>> 6;
    words.set(word, words.get(word) | (1L << bit));
  }

  boolean mayHave(long key) {
    int bit = bit(key);
    return (words.get(bit >>> 6) & (1L << bit)) != 0;
  }

  private int bit(long key) {
    long hash = key * 0x9E3779B97F4A7C15L; // Fibonacci hashing: the high bits are the good ones
    return (int) (((hash ^ (hash >>> 32)) * 0x9E3779B97F4A7C15L) >>> shift);
  }
}
