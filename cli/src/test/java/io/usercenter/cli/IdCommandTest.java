package io.usercenter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Goal: an id can be read without a calculator. Method: the command line itself. */
class IdCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    return commandLine.execute(arguments);
  }

  @Test
  void anIdTellsItsShardTimeAndMachine() {
    // 1000 ms after the epoch, machine 3, sequence 5, shard 19.
    long id = (1000L << 21) | (3 << 13) | (5 << 5) | 19;
    assertThat(run("id", "explain", Long.toString(id))).isZero();
    assertThat(out.toString())
        .contains("database usercenter_19")
        .contains("2018-01-01T00:00:01Z")
        .containsPattern("machine +3\\b")
        .containsPattern("sequence +5\\b")
        .containsPattern("gene +179\\b");
  }

  @Test
  void whatIsNoIdIsRefusedWithTheReason() {
    assertThat(run("id", "explain", "12x")).isEqualTo(2);
    assertThat(err.toString()).contains("decimal digits");
    assertThat(out.toString()).isEmpty();
  }
}
