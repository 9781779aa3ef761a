package io.usercenter.token;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Says of most keys at once that they were never added: a Bloom filter whose three bits of a key
 * are in one word, so that a look costs one cache miss. The maps behind it cost three, and nearly
 * every token that is checked is in none of them.
 *
 * <p>Many may ask while one adds. What was added is never denied.
 */
final class SeenFilter {
  /** So that at most one key in 25 is looked up in vain. */
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
    this.shift = 64 - (logBits - 6);
    this.room = (int) ((1L << logBits) / BITS_PER_KEY);
  }

  /** Whether another key may be added; else it is time for a new filter. By the one who adds. */
  boolean hasRoom() {
    return room > 0;
  }

  void add(long key) {
    room--;
    long hash = hash(key);
    int word = word(hash);
    words.set(word, words.get(word) | bits(hash));
  }

  boolean mayHave(long key) {
    long hash = hash(key);
    long bits = bits(hash);
    return (words.get(word(hash)) & bits) == bits;
  }

  private int word(long hash) {
    return (int) (hash >>> shift);
  }

  private static long bits(long hash) {
    return 1L << hash | 1L << (hash >>> 6) | 1L << (hash >>> 12); // of each count the low six bits
  }

  /** Fibonacci hashing, twice: the high bits are the good ones and are folded back. */
  private static long hash(long key) {
    long once = key * 0x9E3779B97F4A7C15L;
    long twice = (once ^ (once >>> 32)) * 0x9E3779B97F4A7C15L;
    return twice ^ (twice >>> 32);
  }
}
