package io.usercenter.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/** What the person at the terminal reads: lines, and one line of progress that is overwritten. */
final class Console {
  private static final long REPEAT_NANOS = Duration.ofSeconds(5).toNanos();

  private final PrintStream out;
  private final boolean terminal;
  private boolean progressShown;
  private long lastProgress;

  /**
   * Prints to this stream.
   *
   * @param terminal whether a line can be overwritten; else progress gets a line every 5 s
   */
  Console(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Standard output. */
  static Console standard() {
    return new Console(
        System.out,
        Optional.ofNullable(System.console()).filter(java.io.Console::isTerminal).isPresent());
  }

  synchronized void line(String text) {
    if (progressShown) {
      out.print("\r\033[K");
      progressShown = false;
    }
    out.println(text);
    out.flush();
  }

  /** Says what is waited for, and since when. */
  synchronized void progress(String what, Duration since) {
    String text = "  %s: %d s".formatted(what, since.toSeconds());
    if (terminal) {
      out.print("\r\033[K" + text);
      out.flush();
      progressShown = true;
      return;
    }
    long now = System.nanoTime();
    if (since.toNanos() >= REPEAT_NANOS && now - lastProgress >= REPEAT_NANOS) {
      out.println(text);
      out.flush();
      lastProgress = now;
    }
  }
}
