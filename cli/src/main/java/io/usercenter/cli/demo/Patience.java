package io.usercenter.cli.demo;

import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * Waiting for something that becomes true by itself.
 *
 * @param limit when to give up
 */
record Patience(Duration limit) {
  /**
   * Asks again and again.
   *
   * @param pause between two tries
   * @return whether it became true before {@link #limit} was over
   */
  boolean until(Duration pause, Callable<Boolean> condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.call()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        return false;
      }
      Thread.sleep(pause);
    }
    return true;
  }

  /** {@code 10 s}. */
  @Override
  public String toString() {
    return limit.toMillis() / 1000.0 + " s";
  }
}
