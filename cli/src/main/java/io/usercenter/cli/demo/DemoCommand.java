package io.usercenter.cli.demo;

import io.usercenter.id.GeneFunction;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code ./uc demo}. */
@Command(
    name = "demo",
    description = {
      "Play the story of many players and report what was seen.",
      "Uses the user center that runs on this machine; starts one when none does, and stops it"
          + " afterwards. Exits with 0 when all was as expected.",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class DemoCommand implements Callable<Integer> {
  private static final String READINESS = "/actuator/health/readiness";
  private static final int STANDARD_PLAYERS = 500;
  private static final int MOST_PLAYERS = 1_000_000;
  private static final int MOST_PARALLEL = 1_000;

  // Kept here, since the logging library forgets the level of a logger that nobody holds.
  private static final Logger REDIS_LOG = Logger.getLogger("org.redisson");

  @CommandLine.Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--players",
      paramLabel = "N",
      description = "how many play; 500 by default, with --names all of the list")
  @Nullable Integer players;

  @Option(
      names = "--names",
      paramLabel = "FILE",
      description = "usernames to take, one a line in UTF-8; made up by default")
  @Nullable Path names;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "16",
      description = "how many play at a time; ${DEFAULT-VALUE} by default")
  int parallel = 16;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "of players and game servers; http://127.0.0.1:$UC_PORT by default")
  @Nullable URI url;

  @Option(
      names = "--admin-url",
      paramLabel = "URL",
      description = "of operators; http://127.0.0.1:$UC_INTERNAL_PORT by default")
  @Nullable URI adminUrl;

  @Option(
      names = "--redis-url",
      paramLabel = "URL",
      description = "for role events; $UC_REDIS_URL or redis://127.0.0.1:$UC_REDIS_PORT by default")
  @Nullable String redisUrl;

  @Option(
      names = "--operator",
      paramLabel = "NAME",
      defaultValue = "admin",
      description = "a super admin; ${DEFAULT-VALUE} by default")
  String operator = "admin";

  @Option(
      names = "--operator-password-file",
      paramLabel = "FILE",
      description = "by default the one that up keeps in .uc/secrets")
  @Nullable Path operatorPasswordFile;

  /** Made by the command line parser. */
  public DemoCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    REDIS_LOG.setLevel(Level.WARNING);
    Map<String, String> environment = new HashMap<>(UpEnvironment.of(home()));
    environment.putAll(System.getenv());
    InstantSource clock = Clock.systemUTC();
    SecureRandom random = new SecureRandom();
    String tag = Long.toString(clock.millis(), Character.MAX_RADIX);
    Demo.Cast cast =
        new Demo.Cast(
            cast(tag, random),
            requireBetween("--parallel", parallel, MOST_PARALLEL),
            names != null,
            tag,
            GeneFunction.parse(environment.getOrDefault("UC_GENE", GeneFunction.CRC32.id())));
    PrintStream out = System.out;
    boolean terminal =
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    int unexpected;
    try (StartedUp _ = startUnlessRunning(out, environment)) {
      Target target = target(environment);
      introduce(out, target, cast);
      unexpected = new Demo(out, terminal, clock, random).run(target, cast);
    } catch (DemoException e) {
      spec.commandLine().getErr().println("demo: " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    out.println();
    out.println(Report.verdict(unexpected));
    return unexpected == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private Players cast(String tag, SecureRandom random) throws IOException {
    if (names == null) {
      int count = players == null ? STANDARD_PLAYERS : players;
      return Players.madeUp(requireBetween("--players", count, MOST_PLAYERS), tag, random);
    }
    List<String> lines;
    try {
      lines = Files.readAllLines(names);
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(), "--names: cannot read %s as UTF-8: %s".formatted(names, e));
    }
    int most = players == null ? MOST_PLAYERS : players;
    Players listed = Players.listed(lines, requireBetween("--players", most, MOST_PLAYERS), random);
    if (listed.players().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--names: %s has no usernames".formatted(names));
    }
    return listed;
  }

  private int requireBetween(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new ParameterException(
          spec.commandLine(), "%s must be 1 to %d, was %d".formatted(option, most, value));
    }
    return value;
  }

  /** Null when one runs, or another one is meant. */
  private @Nullable StartedUp startUnlessRunning(PrintStream out, Map<String, String> environment)
      throws IOException, InterruptedException {
    URI api = URI.create(adminUrl(environment) + READINESS);
    URI listener =
        URI.create(
            "http://127.0.0.1:" + environment.getOrDefault("UC_LISTENER_PORT", "8082") + READINESS);
    if (StartedUp.isReady(api)) {
      return null;
    }
    if (url != null || adminUrl != null) {
      throw new DemoException(
          "the user center is not ready: %s does not answer 200".formatted(api));
    }
    out.printf("no user center runs here (%s); starting one%n", api);
    return StartedUp.start(out, List.of(api, listener));
  }

  private Target target(Map<String, String> environment) throws IOException {
    String address = apiUrl(environment);
    return new Target(
        URI.create(address),
        URI.create(adminUrl(environment)),
        environment.getOrDefault("UC_ISSUER", address),
        redisUrl != null
            ? redisUrl
            : environment.getOrDefault(
                "UC_REDIS_URL",
                "redis://127.0.0.1:" + environment.getOrDefault("UC_REDIS_PORT", "16379")),
        operator,
        operatorPassword());
  }

  private String apiUrl(Map<String, String> environment) {
    return url != null
        ? withoutSlash(url)
        : "http://127.0.0.1:" + environment.getOrDefault("UC_PORT", "8080");
  }

  private String adminUrl(Map<String, String> environment) {
    return adminUrl != null
        ? withoutSlash(adminUrl)
        : "http://127.0.0.1:" + environment.getOrDefault("UC_INTERNAL_PORT", "8081");
  }

  private static String withoutSlash(URI uri) {
    String text = uri.toString();
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  /** The folder of {@code up}. */
  private static Path home() {
    return Path.of(System.getProperty("uc.home", ".uc"));
  }

  private String operatorPassword() throws IOException {
    Path file =
        operatorPasswordFile != null
            ? operatorPasswordFile
            : home().resolve("secrets").resolve("operator-password");
    if (!Files.isReadable(file)) {
      throw new DemoException(
          "the operator's password is not in %s; see --operator-password-file".formatted(file));
    }
    return Files.readString(file).strip();
  }

  private static void introduce(PrintStream out, Target target, Demo.Cast cast) {
    Players players = cast.players();
    players.leftOut().forEach(out::println);
    out.printf(
        "playing on %s: %d players, %d at a time%n",
        target.url(), players.players().size(), cast.parallel());
    out.printf(
        "an operator looks at %d of them, bans them and lifts the ban; Ctrl-C stops%n",
        players.watched());
  }
}
