package io.usercenter.throttle;

import java.util.Locale;

/**
 * A quota of requests, and who counts them.
 *
 * @param quota for each caller
 */
record Limit(Quota quota, Counting counting) {
  /** Where requests are counted. */
  enum Counting {
    /** In Redis for all instances; while it is away every instance counts by itself. */
    SHARED,

    /** In Redis for all instances; while it is away everybody passes. */
    SHARED_OR_OPEN,

    /** In Redis for all instances; while it is away nobody passes. */
    SHARED_OR_CLOSED,

    /** Every instance by itself, which asks nobody: for what is asked very often. */
    INSTANCE;

    private static Counting of(String word) {
      return valueOf(word.replace('-', '_').toUpperCase(Locale.ROOT));
    }
  }

  /** Reads {@code 100/10m}, {@code 100/10m shared-or-open} and so on. */
  public static Limit of(String text) {
    String[] words = text.strip().split(" +", 2);
    return new Limit(
        Quota.of(words[0]), words.length == 1 ? Counting.SHARED : Counting.of(words[1]));
  }
}
