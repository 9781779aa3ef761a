package io.usercenter.id;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The clocks of a machine, moved by hand, by whoever waits for them and, a little, by whoever looks
 * at them. The wall clock can be set; the monotonic one only goes on.
 */
public final class VirtualClock implements InstantSource {
  /** What a look costs on a real machine. */
  private static final long LOOK = 30;

  /** Who looks so often without an answer is spinning: from then on the looks cost more. */
  private static final int SPIN = 1_000;

  private static final int MOST_DOUBLINGS = 24;

  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::due));
  private long nanos = 1;
  private long wallOffset = System.currentTimeMillis() * 1_000_000;
  private int looks;
  private boolean held;

  /** A call begins; until the next one, many looks are a wait. */
  void call() {
    looks = 0;
  }

  /** A look at the clock. */
  void look() {
    long doublings = Math.min(looks++ / SPIN, MOST_DOUBLINGS);
    advance(LOOK << doublings);
  }

  long nanoTime() {
    look();
    return nanos;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  @Override
  public long millis() {
    look();
    return (nanos + wallOffset) / 1_000_000;
  }

  /** Nanoseconds since this clock began, without a look. */
  long elapsed() {
    return nanos;
  }

  void advance(Duration by) {
    advance(by.toNanos());
  }

  void advance(long byNanos) {
    nanos += byNanos;
    while (!held && !timers.isEmpty() && timers.element().due <= nanos) {
      timers.remove().task.run();
    }
  }

  /** Sets the wall clock. */
  void step(Duration by) {
    wallOffset += by.toNanos();
  }

  void after(long delayNanos, Runnable task) {
    timers.add(new Timer(nanos + delayNanos, task));
  }

  /** Like a late timer, it does not catch up. */
  void every(Duration period, Runnable task) {
    after(
        period.toNanos(),
        () -> {
          task.run();
          every(period, task);
        });
  }

  /** While they are held, timers are late, as in a process that is paused. */
  void holdTimers(boolean hold) {
    held = hold;
  }

  /** What a process has planned ends with it. */
  void forgetTimers() {
    timers.clear();
  }

  private record Timer(long due, Runnable task) {}
}
