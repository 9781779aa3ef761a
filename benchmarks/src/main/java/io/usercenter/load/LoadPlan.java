package io.usercenter.load;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What is asked of whom, how often and for how long: the options of the command line. */
final class LoadPlan {
  private static final Map<Kind, Integer> USUAL =
      Map.of(Kind.LOGIN, 5, Kind.REFRESH, 35, Kind.CHECK, 60);

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "URL",
      description = "Where the service is, such as http://127.0.0.1:8080.")
  URI service = URI.create("");

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "N requests a second, answered or not (an open loop).")
  double rate;

  @Option(
      names = "--callers",
      paramLabel = "N",
      defaultValue = "16",
      description =
          "Without --rate: N who wait for their answers (a closed loop); ${DEFAULT-VALUE}.")
  int callers;

  @Option(
      names = "--players",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many there are, with a session each; ${DEFAULT-VALUE}.")
  int players;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "How long it counts; ${DEFAULT-VALUE}.")
  int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "10",
      description = "Seconds of the same before; ${DEFAULT-VALUE}.")
  int warmUp;

  @Option(
      names = "--mix",
      paramLabel = "KIND=N",
      split = ",",
      description =
          "How often what is asked for: ${COMPLETION-CANDIDATES}; login=5,refresh=35,check=60,"
              + " without checks if there is no credential.")
  Map<Kind, Integer> mix = Map.of();

  @Option(
      names = "--credential",
      paramLabel = "FILE",
      description = "A service credential for checks, id:secret.")
  @Nullable Path credential;

  @Option(
      names = "--prefix",
      paramLabel = "NAME",
      defaultValue = "load",
      description =
          "What names of players begin with; ${DEFAULT-VALUE}. Those who exist are used again.")
  String prefix = "";

  @Option(
      names = "--networks",
      description =
          "Each player comes from an address of his own out of 198.18.0.0/15, by X-Forwarded-For;"
              + " usercenter.http.trusted-proxies has to have this machine.")
  boolean networks;

  /**
   * Fills in the usual mix when none is given. Throws what picocli tells the user of, when options
   * do not fit each other.
   */
  void check() {
    if (mix.isEmpty()) {
      mix = new EnumMap<>(USUAL);
      if (credential == null) {
        mix.remove(Kind.CHECK);
      }
    }
    require(
        service.getHost() != null && List.of("http", "https").contains(service.getScheme()),
        service + " is no URL of a service, such as http://127.0.0.1:8080");
    require(rate >= 0, "--rate is above 0");
    require(callers >= 1, "--callers is at least 1");
    require(players >= callers || isOpen(), "--players are at least as many as --callers");
    require(players >= 1 && seconds >= 1, "--players and --seconds are at least 1");
    require(warmUp >= 0, "--warm-up is at least 0");
    require(mix.values().stream().allMatch(weight -> weight > 0), "--mix has weights above 0");
    require(credential != null || !mix.containsKey(Kind.CHECK), "checks need a --credential");
  }

  private void require(boolean right, String otherwise) {
    if (!right) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }

  /** Whether requests are due whether those before were answered or not. */
  boolean isOpen() {
    return rate > 0;
  }

  Duration time() {
    return Duration.ofSeconds(seconds);
  }

  /** One of the kinds, as often as their weights say. */
  Kind any(RandomGenerator random) {
    int left = random.nextInt(mix.values().stream().mapToInt(Integer::intValue).sum());
    for (Map.Entry<Kind, Integer> kind : mix.entrySet()) {
      left -= kind.getValue();
      if (left < 0) {
        return kind.getKey();
      }
    }
    throw new AssertionError("the weights are those of before");
  }

  /** As in the title of the table. */
  @Override
  public String toString() {
    String loop =
        isOpen()
            ? "open loop, %,.0f requests a second asked for".formatted(rate)
            : "closed loop, %,d callers".formatted(callers);
    return "%s, %,d players, %,d s after %,d s of the same"
        .formatted(loop, players, seconds, warmUp);
  }
}
