package io.usercenter.id;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Milliseconds since 2018, forward only. Between two looks at the store it follows the monotonic
 * clock alone; at each look the store, the local wall clock and this clock vote, and two that agree
 * win. A step of one clock is outvoted, a clock that fell behind is stepped forward, one that is
 * ahead goes slower until it is right.
 *
 * <p>Uniqueness does not rest on it: a wrong clock costs availability or order between machines.
 */
final class AnchoredClock {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Ahead, it runs at 7/8: a generator under full load then loses an eighth, not everything. */
  private static final int SLEW = 8;

  private final LongSupplier nanoTime;
  private final InstantSource wall;
  private final long tolerance;
  private final LongAdder storeOutvoted = new LongAdder();
  private final LongAdder wallOutvoted = new LongAdder();
  private final LongAdder ownOutvoted = new LongAdder();
  private volatile @Nullable Anchor anchor;

  AnchoredClock(LongSupplier nanoTime, InstantSource wall, Duration tolerance) {
    this.nanoTime = nanoTime;
    this.wall = wall;
    this.tolerance = tolerance.toNanos();
  }

  /** Milliseconds since 2018-01-01; 0 before the store was first seen. */
  long now() {
    Anchor current = anchor;
    return current == null ? 0 : current.at(nanoTime.getAsLong()) / NANOS_PER_MILLI;
  }

  /** Nanoseconds until {@link #now()} shows the next millisecond, at most a millisecond. */
  long untilNextMillisecond() {
    Anchor current = anchor;
    return current == null
        ? NANOS_PER_MILLI
        : NANOS_PER_MILLI - current.at(nanoTime.getAsLong()) % NANOS_PER_MILLI;
  }

  /** When a question to the store was sent, to be handed to {@link #vote}. */
  long startOfQuestion() {
    return nanoTime.getAsLong();
  }

  /**
   * Counts the votes after an answer of the store.
   *
   * @param storeNow ms since 2018 by the store's clock, some time between question and answer
   * @param sent {@link #startOfQuestion}
   */
  Opinion vote(long storeNow, long sent) {
    long received = nanoTime.getAsLong();
    long trip = received - sent;
    long byWall = UserIdLayout.timestampOfEpochMilli(wall.millis()) * NANOS_PER_MILLI;
    long byStore = storeNow * NANOS_PER_MILLI + trip / 2;
    Anchor current = anchor;
    if (current == null) {
      // Nobody to ask but two: the store, which is what the other processes agree with.
      if (!agree(byStore, byWall)) {
        wallOutvoted.increment();
      }
      return new Opinion(received, Math.max(0, byStore));
    }
    long own = current.at(received);
    if (trip > tolerance) {
      return new Opinion(received, own - current.aheadAt(received)); // too old to be a vote
    }
    return new Opinion(received, winner(own, byStore, byWall));
  }

  private long winner(long own, long byStore, long byWall) {
    if (agree(byStore, own)) {
      if (!agree(byWall, own) && !agree(byWall, byStore)) {
        wallOutvoted.increment();
      }
      return byStore;
    }
    if (agree(byStore, byWall)) {
      ownOutvoted.increment();
      return byStore;
    }
    storeOutvoted.increment();
    if (!agree(byWall, own)) {
      wallOutvoted.increment(); // three opinions: each goes on as it was
    }
    return own;
  }

  private boolean agree(long a, long b) {
    return Math.abs(a - b) <= tolerance;
  }

  /**
   * Makes the result of a vote the time. Only the thread that votes calls it; if it is paused right
   * here, time may fall back by an eighth of the pause while it is being slowed down, which the
   * lanes do not.
   */
  void follow(Opinion voted) {
    long nano = nanoTime.getAsLong();
    long target = voted.time + (nano - voted.nano);
    Anchor current = anchor;
    long own = current == null ? target : current.at(nano);
    anchor = new Anchor(nano, Math.max(own, target), Math.max(0, own - target));
  }

  ClockVotes votesLost() {
    return new ClockVotes(storeOutvoted.sum(), wallOutvoted.sum(), ownOutvoted.sum());
  }

  /**
   * A point that the monotonic clock is counted from.
   *
   * @param nano the monotonic clock there
   * @param time nanoseconds since 2018 there
   * @param ahead how many nanoseconds too far that is; lost again by going slower
   */
  private record Anchor(long nano, long time, long ahead) {
    long at(long nanoTime) {
      long elapsed = nanoTime - nano;
      return time + elapsed - Math.min(elapsed / SLEW, ahead);
    }

    private long aheadAt(long nanoTime) {
      return Math.max(0, ahead - (nanoTime - nano) / SLEW);
    }
  }

  /**
   * What time it is at a point of the monotonic clock.
   *
   * @param time nanoseconds since 2018
   */
  record Opinion(long nano, long time) {
    long millis() {
      return time / NANOS_PER_MILLI;
    }
  }
}
