package io.usercenter.rolesync;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Says once that it is over; whoever waits is woken by it. */
final class StopSignal {
  private final CountDownLatch latch = new CountDownLatch(1);

  void give() {
    latch.countDown();
  }

  boolean given() {
    return latch.getCount() == 0;
  }

  /** Returns early when the signal is given. */
  void waitFor(Duration atMost) throws InterruptedException {
    boolean _ = latch.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }
}
