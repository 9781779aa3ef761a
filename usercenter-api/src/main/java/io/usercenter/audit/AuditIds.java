package io.usercenter.audit;

import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * Names of lines. They sort by time, so pages, ranges of time and monthly partitions need no other
 * key; no instance waits for another one to get them.
 *
 * <pre>
 *   63                     20 19               0
 *  | ms since 2018-01-01     | random           |   two that are equal collide in the primary key
 * </pre>
 */
final class AuditIds {
  private static final long EPOCH_MS = Instant.parse("2018-01-01T00:00:00Z").toEpochMilli();
  private static final int RANDOM_BITS = 20;

  /** As many lines as one statement may add. */
  static final int MOST_AT_ONCE = 1000;

  private AuditIds() {}

  /** The first of {@code count} names that follow each other. */
  static long first(Instant at, int count, RandomGenerator random) {
    return floor(at) + random.nextLong((1L << RANDOM_BITS) - count + 1);
  }

  /** What all names from that moment on are not below. */
  static long floor(Instant at) {
    return Math.max(0, at.toEpochMilli() - EPOCH_MS) << RANDOM_BITS;
  }

  static Instant at(long auditId) {
    return Instant.ofEpochMilli((auditId >> RANDOM_BITS) + EPOCH_MS);
  }
}
