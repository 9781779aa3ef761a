package io.usercenter.cli;

import java.time.Duration;

/** Time since it was made. */
final class Stopwatch {
  private final long start = System.nanoTime();

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  boolean passed(Duration limit) {
    return elapsed().compareTo(limit) > 0;
  }

  /** {@code 3.4 s}. */
  @Override
  public String toString() {
    return "%.1f s".formatted(elapsed().toMillis() / 1000.0);
  }
}
