package io.usercenter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.password.Argon2;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The doctor says what is in the way, and advises a cost that it has measured. */
class DoctorTest {
  @TempDir Path home;

  @Test
  void aWholeRunPrintsSurroundingsSpeedsAndSettings() {
    StringWriter out = new StringWriter();
    CommandLine uc = Main.commandLine().setOut(new PrintWriter(out));

    assertThat(uc.execute("doctor", "--target", "50")).isZero();

    assertThat(out.toString())
        .contains("Java 25", "MB free", "port 8080", "Bouncy Castle (Java)", "hashes/s")
        .containsPattern("usercenter\\.passwords\\.memory-kib=\\d+")
        .containsPattern("usercenter\\.passwords\\.iterations=2");
  }

  @Test
  void aTargetThatMakesNoSenseIsRefused() {
    StringWriter err = new StringWriter();
    CommandLine uc = Main.commandLine().setErr(new PrintWriter(err));

    assertThat(uc.execute("doctor", "--target", "0")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("--target must be 1 to 500 ms");
  }

  @Test
  void whatIsAdvisedIsNeverCheaperThanIsSafe() {
    Calibration calibration = new Calibration(1, Duration.ofMillis(30));

    assertThat(calibration.within(Argon2.inJava(), 1).cost()).isEqualTo(Calibration.LEAST);
    assertThat(calibration.within(Argon2.fastest(), 500).cost().memoryKib())
        .isGreaterThan(Calibration.LEAST.memoryKib());
  }

  @Test
  void aPortThatIsTakenIsAWarningThatNamesTheSetting() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(Surroundings.port("UC_PORT", taken.getLocalPort()).toString())
          .startsWith(Finding.WARN + "port " + taken.getLocalPort() + " is taken by pid ")
          .endsWith("set UC_PORT to another port");
      assertThat(Surroundings.reach("MySQL", "//127.0.0.1:" + taken.getLocalPort(), 3306).fine())
          .isTrue();
    }
  }

  @Test
  void aServerThatDoesNotAnswerIsAWarningWithoutItsPassword() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    assertThat(Surroundings.reach("Redis", "redis://:secret@127.0.0.1:" + port, 6379).toString())
        .startsWith(Finding.WARN + "Redis does not answer")
        .doesNotContain("secret");
  }

  @Test
  void tooLittleDiskAndAnotherJavaAreWarnings() {
    Surroundings surroundings = new Surroundings(UpSettings.from(Map.of()), home);

    assertThat(surroundings.disk(Preflight.NEEDED_BYTES).fine()).isTrue();
    assertThat(surroundings.disk(Preflight.NEEDED_BYTES - 1).fine()).isFalse();
    assertThat(Surroundings.jdk(25, "/jdk").fine()).isTrue();
    assertThat(Surroundings.jdk(26, "/jdk").fine()).isFalse();
  }

  @Test
  void pagesOfFourKilobytesAreAWarningThatSaysWhatToDo() throws IOException {
    Path setting = home.resolve("enabled");

    assertThat(Surroundings.hugePages(setting)).isEmpty();
    Files.writeString(setting, "always [madvise] never\n");
    assertThat(Surroundings.hugePages(setting).orElseThrow().toString())
        .startsWith(Finding.WARN + "transparent huge pages: always [madvise] never")
        .endsWith("(echo always > %s)".formatted(setting));
    Files.writeString(setting, "[always] madvise never\n");
    assertThat(Surroundings.hugePages(setting).orElseThrow().fine()).isTrue();
  }
}
