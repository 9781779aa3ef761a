package io.usercenter.benchmarks;

import io.usercenter.token.SigningAlgorithm;
import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The token verifier beside its peers. Tables in Markdown; progress on the other output. */
public final class TokenReport {
  /** Where JMH looks for what its forks need. */
  private static final String CLASS_PATH = "java.class.path";

  private static final List<String> PEERS = List.of("jjwt", "nimbus", "auth0", "spring");

  private final boolean quick;
  private final String all = System.getProperty(CLASS_PATH, "");

  private TokenReport(boolean quick) {
    this.quick = quick;
  }

  /** Takes about three minutes, or one with {@code --quick}. */
  public static void main(String[] arguments) throws Exception {
    List<String> options = List.of(arguments);
    if (!List.of("--quick").containsAll(options)) {
      System.err.println("usage: ./uc bench tokens [--quick]");
      System.exit(2);
    }
    Locale.setDefault(Locale.ROOT);
    new TokenReport(!options.isEmpty()).print();
  }

  /**
   * Of one call.
   *
   * @param micros processor time, which means something on a busy machine, too
   */
  private record Cost(double micros, double bytes) {
    double perSecond() {
      return 1e6 / micros;
    }
  }

  private void print() throws RunnerException {
    System.setProperty(CLASS_PATH, jdkOnly());
    table("ES256, signatures of the JDK", SigningAlgorithm.ES256, PEERS);
    table("RS256, signatures of the JDK", SigningAlgorithm.RS256, PEERS);
    table("EdDSA, signatures of the JDK", SigningAlgorithm.EDDSA, List.of());
    System.setProperty(CLASS_PATH, all);
    table("ES256, signatures of Amazon Corretto", SigningAlgorithm.ES256, PEERS);

    System.setProperty(CLASS_PATH, jdkOnly());
    Cost hit = token("caffeineHit", SigningAlgorithm.ES256);
    row(
        "without a public key",
        "checks per CPU-second",
        "us",
        "bytes",
        "time of a hit in Caffeine");
    row("---", "---:", "---:", "---:", "---:");
    times("a hit in Caffeine", hit, hit);
    times(
        "a hit in Caffeine with `expireAfterWrite`",
        token("expiringCaffeineHit", SigningAlgorithm.ES256),
        hit);
    times("**ours**, a token seen before", token("seenBefore", SigningAlgorithm.ES256), hit);
    times("HMAC-SHA-256 of 32 bytes alone", ticket("macAlone"), hit);
    times("**ours**, a server ticket, 1,000,000 revocations", ticket("ticket"), hit);
    times("Sa-Token, JWT with HS256", token("saTokenHmac", SigningAlgorithm.ES256), hit);
  }

  /** The service has the other provider on its class path, game servers as they like. */
  private String jdkOnly() {
    return Arrays.stream(all.split(File.pathSeparator, -1))
        .filter(entry -> !entry.contains("AmazonCorrettoCryptoProvider"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private void table(String title, SigningAlgorithm algorithm, List<String> peers)
      throws RunnerException {
    Cost raw = token("signatureAlone", algorithm);
    row(title, "checks per CPU-second", "us", "bytes", "to the signature alone");
    row("---", "---:", "---:", "---:", "---:");
    against("the signature alone", raw, raw);
    against("**ours**, fresh", token("fresh", algorithm), raw);
    for (String peer : peers) {
      against(peer, token(peer, algorithm), raw);
    }
    System.out.println();
  }

  private static void against(String what, Cost cost, Cost raw) {
    line(what, cost, "%.2f".formatted(cost.perSecond() / raw.perSecond()));
  }

  private static void times(String what, Cost cost, Cost hit) {
    line(what, cost, "%.1f".formatted(hit.perSecond() / cost.perSecond()));
  }

  private static void line(String what, Cost cost, String ratio) {
    row(
        what,
        "%,.0f".formatted(cost.perSecond()),
        "%.3f".formatted(cost.micros()),
        "%,.0f".formatted(cost.bytes()),
        ratio);
  }

  private static void row(String... cells) {
    System.out.println("| " + String.join(" | ", cells) + " |");
  }

  private Cost token(String method, SigningAlgorithm algorithm) throws RunnerException {
    return cost(TokenBenchmark.class, method, algorithm.name());
  }

  private Cost ticket(String method) throws RunnerException {
    return cost(TicketBenchmark.class, method, "");
  }

  private Cost cost(Class<?> type, String method, String algorithm) throws RunnerException {
    System.err.println("  " + method + " " + algorithm);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + type.getName().replace(".", "\\.") + "\\." + method + "$")
            .threads(1)
            .forks(1)
            .warmupIterations(quick ? 2 : 3)
            .warmupTime(TimeValue.milliseconds(quick ? 500 : 1_000))
            .measurementIterations(quick ? 2 : 4)
            .measurementTime(TimeValue.milliseconds(quick ? 500 : 1_000))
            .jvmArgs(
                "-Xmx1g",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-Dslf4j.internal.verbosity=ERROR")
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    if (!algorithm.isEmpty()) {
      options = options.param("algorithm", algorithm);
    }
    RunResult result = new Runner(options.build()).run().iterator().next();
    return new Cost(mean(result, "microsPerCall"), mean(result, "gc.alloc.rate.norm"));
  }

  private static double mean(RunResult result, String name) {
    return Objects.requireNonNull(result.getSecondaryResults().get(name), name)
        .getStatistics()
        .getMean();
  }
}
