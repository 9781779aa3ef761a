package io.usercenter.cli;

import io.usercenter.password.Argon2;
import io.usercenter.password.Argon2Cost;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code ./uc doctor}. Changes nothing. */
@Command(
    name = "doctor",
    description =
        "Look at this machine: what is missing or in the way, and which cost of password hashes"
            + " suits it.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  // Equally strong by OWASP's Password Storage Cheat Sheet, but for the last: RFC 9106 section 4.
  private static final List<Argon2Cost> KNOWN =
      List.of(
          new Argon2Cost(47_104, 1, 1),
          new Argon2Cost(19_456, 2, 1),
          new Argon2Cost(12_288, 3, 1),
          new Argon2Cost(7_168, 5, 1),
          new Argon2Cost(65_536, 3, 1));

  @CommandLine.Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--target",
      paramLabel = "MS",
      defaultValue = "20",
      description = "how long one hash may take, in ms, while all processors hash; default 20")
  int targetMillis;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "1",
      description = "how long each cost is measured; default 1")
  int seconds;

  @Override
  public Integer call() {
    if (targetMillis < 1 || targetMillis > 500) {
      throw new ParameterException(spec.commandLine(), "--target must be 1 to 500 ms");
    }
    if (seconds < 1 || seconds > 60) {
      throw new ParameterException(spec.commandLine(), "--seconds must be 1 to 60");
    }
    PrintWriter out = spec.commandLine().getOut();
    new Surroundings(
            UpSettings.from(System.getenv()), Path.of(System.getProperty("uc.home", ".uc")))
        .findings()
        .forEach(out::println);
    out.println();
    out.flush();
    calibrate(out);
    out.flush();
    return CommandLine.ExitCode.OK;
  }

  private void calibrate(PrintWriter out) {
    int threads = Runtime.getRuntime().availableProcessors();
    Calibration calibration = new Calibration(threads, Duration.ofSeconds(seconds));
    Optional<Argon2> inNativeCode = Argon2.inNativeCode();
    out.printf("Argon2id, %d at once%n", threads);
    for (Argon2Cost cost : KNOWN) {
      inNativeCode.ifPresent(argon2 -> row(out, calibration.measure(argon2, cost)));
      row(out, calibration.measure(Argon2.inJava(), cost));
    }
    Calibration.Speed recommended =
        calibration.within(inNativeCode.orElseGet(Argon2::inJava), targetMillis);
    out.println();
    out.printf("For at most %d ms a hash, by %s:%n", targetMillis, recommended.argon2().name());
    row(out, recommended);
    if (recommended.millis() > targetMillis) {
      out.printf(
          "%s one hash takes longer here, and a cheaper one would not be safe%n", Finding.WARN);
    }
    Argon2Cost cost = recommended.cost();
    out.printf(
        """
          usercenter.passwords.memory-kib=%d
          usercenter.passwords.iterations=%d
          usercenter.passwords.threads=0
          that is %d threads with %d MB together, and %.0f logins a second at most
        """,
        cost.memoryKib(),
        cost.iterations(),
        threads,
        Math.round(threads * cost.memoryKib() / 1024.0),
        recommended.perSecond());
  }

  private static void row(PrintWriter out, Calibration.Speed speed) {
    out.printf(
        "  %-16s  %-22s  %7.1f ms a hash  %7.1f hashes/s%n",
        speed.cost(), speed.argon2().name(), speed.millis(), speed.perSecond());
    out.flush();
  }
}
