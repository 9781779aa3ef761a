package io.usercenter.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is shown while it works, with a clock that the test moves. */
final class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, UTF_8);
  private final AtomicLong now = new AtomicLong();
  private final Measurements measurements = new Measurements();
  private final Findings findings = new Findings();

  private Progress progress(boolean terminal) {
    return new Progress(out, terminal, measurements, findings, 10, now::get);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void aTerminalGetsOneLineThatIsOverwritten() {
    Progress progress = progress(true);
    for (int i = 0; i < 4; i++) {
      measurements.playerDone();
    }
    for (int i = 0; i < 40; i++) {
      measurements.took(Step.OTHER, 1);
    }
    pass(Duration.ofSeconds(2));
    progress.show();
    progress.clear();
    assertThat(bytes.toString(UTF_8))
        .isEqualTo("\r\033[K  4 of 10 players, 40 %, 20 steps/s, 3 s to go\r\033[K");
  }

  @Test
  void aLogGetsALineEveryFiveSeconds() {
    Progress progress = progress(false);
    for (int i = 0; i < 60; i++) {
      pass(Duration.ofMillis(200));
      progress.show();
    }
    progress.clear();
    assertThat(bytes.toString(UTF_8).lines())
        .containsExactly("  0 of 10 players, 0 %, 0 steps/s", "  0 of 10 players, 0 %, 0 steps/s");
  }

  @Test
  void whatIsUnexpectedShowsAtOnce() {
    findings.add("player a", "is odd");
    pass(Duration.ofSeconds(1));
    progress(true).show();
    assertThat(bytes.toString(UTF_8)).contains("1 unexpected");
  }
}
