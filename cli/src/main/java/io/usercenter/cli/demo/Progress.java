package io.usercenter.cli.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How far the players are: one line that is overwritten on a terminal, else a line every 5 s. Used
 * by one thread.
 */
final class Progress {
  /** Between two calls of {@link #show}. */
  static final Duration TICK = Duration.ofMillis(200);

  private static final long LINE_NANOS = Duration.ofSeconds(5).toNanos();

  private final PrintStream out;
  private final boolean terminal;
  private final Measurements measurements;
  private final Findings findings;
  private final int players;
  private final LongSupplier nanoTime;
  private final long start;
  private long lastLine;

  Progress(
      PrintStream out,
      boolean terminal,
      Measurements measurements,
      Findings findings,
      int players,
      LongSupplier nanoTime) {
    this.out = out;
    this.terminal = terminal;
    this.measurements = measurements;
    this.findings = findings;
    this.players = players;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.lastLine = start;
  }

  void show() {
    long now = nanoTime.getAsLong();
    if (terminal) {
      out.print("\r\033[K  " + text(now - start));
      out.flush();
    } else if (now - lastLine >= LINE_NANOS) {
      out.println("  " + text(now - start));
      lastLine = now;
    }
  }

  void clear() {
    if (terminal) {
      out.print("\r\033[K");
      out.flush();
    }
  }

  Duration elapsed() {
    return Duration.ofNanos(nanoTime.getAsLong() - start);
  }

  private String text(long elapsedNanos) {
    long done = measurements.playersDone();
    double seconds = Math.max(elapsedNanos, 1) / 1e9;
    return "%d of %d players, %d %%, %.0f steps/s%s%s"
        .formatted(
            done,
            players,
            done * 100 / players,
            measurements.steps() / seconds,
            done == 0 ? "" : ", %.0f s to go".formatted(seconds / done * (players - done)),
            findings.count() == 0 ? "" : ", %d unexpected".formatted(findings.count()));
  }
}
