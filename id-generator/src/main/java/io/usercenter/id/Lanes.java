package io.usercenter.id;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One counter per gene: the last slot given out. A lease has lanes of its own, so a thread that was
 * paused while its lease ended can only touch what nobody reads any more.
 */
class Lanes {
  /** Above every limit, and so is its successor. */
  static final long SEALED = Long.MAX_VALUE - 1;

  private static final long LAST_TURN = UserIdLayout.IDS_PER_LANE_AND_MILLISECOND - 1;

  /** One cache line per lane, so that threads meet only when they want the same gene. */
  private static final int STRIDE = 8;

  private final AtomicLongArray last = new AtomicLongArray(UserIdLayout.GENES * STRIDE);

  /** Every lane's first slot will be in {@code from} or later. */
  Lanes(long from) {
    for (int gene = 0; gene < UserIdLayout.GENES; gene++) {
      last.set(gene * STRIDE, UserIdLayout.firstSlot(from) - 1);
    }
  }

  /**
   * Seals the lanes of a lease that ended and goes on in later milliseconds, so that the ids of a
   * gene rise across the two leases as well.
   */
  Lanes(long from, Lanes ended) {
    this(from);
    for (int gene = 0; gene < UserIdLayout.GENES; gene++) {
      long spent = ended.seal(gene);
      long before = spent == SEALED ? SEALED : spent | LAST_TURN; // closed stays closed
      last.set(gene * STRIDE, Math.max(last(gene), before));
    }
  }

  long last(int gene) {
    return last.get(gene * STRIDE);
  }

  boolean advance(int gene, long from, long to) {
    return last.compareAndSet(gene * STRIDE, from, to);
  }

  /** Ends a lane: no {@link #advance} succeeds any more. Returns the last slot, exactly. */
  long seal(int gene) {
    return last.getAndSet(gene * STRIDE, SEALED);
  }

  /**
   * The slot after one: the next in line, or, when the clock has overtaken the lane, one in this
   * millisecond. The turn goes on rather than restarting at 0: at a low rate every id would end in
   * the same bits.
   */
  static long successor(long last, long now) {
    long next = last + 1;
    long floor = UserIdLayout.firstSlot(now);
    return next >= floor ? next : floor | (next & LAST_TURN);
  }
}
