package io.usercenter.id;

import java.time.Duration;

/**
 * What a generator did in a scenario.
 *
 * @param issued ids that it gave
 * @param twice how many of them had been given before
 * @param refused attempts that it answered with an exception
 * @param still the longest time in which it gave none
 */
record Observation(long issued, long twice, long refused, Duration still) {
  private static final Duration LONG = Duration.ofMillis(500);

  /** What matters of it; repeating is worse than standing still. */
  enum Verdict {
    UNHARMED,
    STANDS_STILL,
    REPEATS
  }

  Verdict verdict() {
    if (twice > 0) {
      return Verdict.REPEATS;
    }
    return still.compareTo(LONG) >= 0 ? Verdict.STANDS_STILL : Verdict.UNHARMED;
  }
}
