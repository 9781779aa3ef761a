package io.usercenter.faults;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what other processes do, in real time: they live in it. */
final class Waiting {
  private static final Duration POLL = Duration.ofMillis(50);

  private Waiting() {}

  /** Lets so much time pass. */
  static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Returns when this holds, or fails. */
  static void until(String what, Duration atMost, BooleanSupplier condition) {
    if (!holds(atMost, condition)) {
      throw new IllegalStateException("not within " + atMost + ": " + what);
    }
  }

  /** Whether this came to hold in that time. */
  static boolean holds(Duration atMost, BooleanSupplier condition) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      pass(POLL);
    }
    return true;
  }

  /** From {@code start}, a {@link System#nanoTime}, to now. */
  static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** {@code 12.3 s}. */
  static String seconds(Duration time) {
    return "%.1f s".formatted(time.toNanos() / (double) TimeUnit.SECONDS.toNanos(1));
  }
}
