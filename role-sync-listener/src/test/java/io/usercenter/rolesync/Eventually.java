package io.usercenter.rolesync;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits until something is so. */
final class Eventually {
  private Eventually() {}

  static void is(String what, Callable<Boolean> so) throws Exception {
    is(what, Duration.ofMinutes(2), so);
  }

  static void is(String what, Duration within, Callable<Boolean> so) throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    long end = System.nanoTime() + within.toNanos();
    while (!so.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + within + ": " + what);
      }
      boolean _ = never.await(20, TimeUnit.MILLISECONDS);
    }
  }
}
