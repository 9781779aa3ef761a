package io.usercenter.faults;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Another build is replaced by this one, part by part, under load, taken back and rolled out again:
 * {@code ./uc test --upgrade COMMIT [SECONDS [NAME=VALUE..]]}. Game servers tell a field all the
 * while that neither knows. Ends with 1 when anything acknowledged is lost, answered wrongly or
 * refused.
 */
public final class RollingUpgrade {
  private RollingUpgrade() {}

  /**
   * Runs it.
   *
   * @param arguments the root of the repository; that of the build before; a folder for logs;
   *     seconds that builds work side by side; what the instances of this build have besides in
   *     their environment, NAME=VALUE each
   */
  public static void main(String... arguments) throws Exception {
    Path here = Path.of(arguments[0]);
    Path before = Path.of(arguments[1]);
    Path logs = Path.of(arguments[2]);
    Duration together = Duration.ofSeconds(Long.parseLong(arguments[3]));
    Map<String, String> settings =
        Arrays.stream(arguments)
            .skip(4)
            .map(setting -> setting.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    Files.createDirectories(logs);
    List<String> bad = new ArrayList<>();
    System.out.println(Outcome.HEADER);
    try (Installation installation =
            new Installation(
                before,
                logs,
                Backends.newMySql(MySqlSettings.standard().relaxed()),
                new SingleRedis(),
                Map.of(),
                Installation.QUICK);
        Load load =
            new Load(
                installation.instances(),
                installation.credentials(),
                new Load.Mix(8, Duration.ofMillis(60), 120),
                1)) {
      FaultRun run = new FaultRun(installation, load, together, 400, 1);
      for (Fault fault :
          List.of(
              Fault.replaced("rolled out", here, settings, together),
              Fault.replaced("taken back", before, Map.of(), together),
              Fault.replaced("rolled out again", here, settings, together))) {
        Outcome outcome = run.run(fault);
        System.out.println(outcome.row());
        bad.addAll(outcome.faults());
      }
      Directory directory = new Directory(installation.mysql());
      System.out.printf(
          "%d characters, each with the field that no version here knows%n",
          directory.read().roles().size());
      directory
          .withoutTheirLast(Load.NEWER)
          .forEach(role -> bad.add("the field of the next version is not that of " + role));
    }
    bad.forEach(System.out::println);
    System.exit(bad.isEmpty() ? 0 : 1);
  }
}
