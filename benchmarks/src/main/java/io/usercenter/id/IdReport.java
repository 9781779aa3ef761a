package io.usercenter.id;

import io.usercenter.testkit.Backends;
import java.io.PrintStream;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The id generator beside its peers: how many ids a second, and what each does when things go
 * wrong. Two tables in Markdown on the standard output, progress on the other.
 */
public final class IdReport {
  /** What the bits of an id allow one machine: 256 lanes of 32 ids in a millisecond. */
  private static final double CEILING =
      1_000.0 * UserIdLayout.GENES * UserIdLayout.IDS_PER_LANE_AND_MILLISECOND;

  /** Eight of the 256 lanes belong to a shard. */
  private static final double SHARD_CEILING_PER_MILLI =
      (double) UserIdLayout.GENES / Shard.COUNT * UserIdLayout.IDS_PER_LANE_AND_MILLISECOND;

  private final boolean quick;
  private final PrintStream out = System.out;

  private IdReport(boolean quick) {
    this.quick = quick;
  }

  /** Takes about four minutes, or one with {@code --quick}. */
  public static void main(String[] arguments) throws Exception {
    List<String> options = List.of(arguments);
    if (!List.of("--quick").containsAll(options)) {
      System.err.println("usage: ./uc bench id [--quick]");
      System.exit(2);
    }
    Locale.setDefault(Locale.ROOT);
    Logger.getLogger("").setLevel(Level.OFF); // the scenarios make processes complain
    new IdReport(!options.isEmpty()).print();
  }

  private void print() throws Exception {
    Map<Peer, Rate> rates = new EnumMap<>(Peer.class);
    for (Peer peer : Peer.values()) {
      rates.put(peer, rate(peer.title(), PeerBenchmark.class, "next", peer.name()));
    }
    Rate names = rate("**ours**, names as they come", UserIdBenchmark.class, "names", "");
    Rate fill = rate("**ours**, `fill` in batches of 64", UserIdBenchmark.class, "fill", "");
    Rate shard = rate("**ours**, one hot shard", UserIdBenchmark.class, "oneShard", "");
    double id = nanos("costOfAnId");
    double clock = nanos("costOfTheClock");
    double slot = nanos("costOfTheSlot");
    progress("behaviour");
    List<Behaviour> behaviour = Behaviour.observeAll(Backends.mysql());

    Rate cosId = Objects.requireNonNull(rates.get(Peer.COSID_MILLISECOND));
    Rate myBatis = Objects.requireNonNull(rates.get(Peer.MYBATIS_PLUS));
    out.println("## Sustained ids per second");
    row(
        List.of(
            "generator", "1 thread", "2 threads", "to CosId ms, 1 / 2", "to MyBatis-Plus, 1 / 2"));
    row(List.of("---", "---:", "---:", "---:", "---:"));
    for (Rate rate : rates.values()) {
      row(rate.cells(cosId, myBatis));
    }
    for (Rate rate : List.of(names, fill, shard)) {
      row(rate.cells(cosId, myBatis));
    }
    out.println();
    out.printf(
        "Ours with names as they come: %.1f %% and %.1f %% of the layout's ceiling of %,.0f"
            + " ids/s.%n",
        100 * names.one / CEILING, 100 * names.two / CEILING, CEILING);
    out.printf(
        "One hot shard: %.1f and %.1f ids/ms of %.0f.%n",
        shard.one / 1_000, shard.two / 1_000, SHARD_CEILING_PER_MILLI);
    out.printf(
        "Without the ceiling an id of ours takes %.1f ns of one thread; asking for the time alone"
            + " %.1f ns, a compare-and-set alone %.1f ns.%n",
        id, clock, slot);
    for (Rate rate : rates.values()) {
      if (rate.one > names.one) {
        out.printf("Faster than ours: %s, %.1f times.%n", rate.name, rate.one / names.one);
      }
    }
    out.println(
        "A segment generator (SegmentChainId) is a counter in memory, refilled from a store:");
    out.println(
        "it wins whenever ids need carry neither time nor shard. tsid-creator wins by giving");
    out.println("out milliseconds that have not come yet; see what a restart does to it.");
    out.println();
    out.println("## When things go wrong");
    row(Behaviour.heading());
    row(Behaviour.heading().stream().map(_ -> "---").toList());
    for (Behaviour line : behaviour) {
      row(line.cells());
    }
    out.println();
    out.println("0: no id twice. Refused: attempts answered with an exception, one each 100 ms");
    out.println("(in the last column: of the process that was paused). Peers have a configured");
    out.println(
        "machine number where nothing else is said. Clocks are virtual, jars as published.");
  }

  private Rate rate(String name, Class<?> type, String method, String peer) throws RunnerException {
    return new Rate(name, score(type, method, peer, 1), score(type, method, peer, 2));
  }

  private double nanos(String method) throws RunnerException {
    return 1e9 / score(UserIdBenchmark.class, method, "", 1);
  }

  private double score(Class<?> type, String method, String peer, int threads)
      throws RunnerException {
    progress(method + " " + peer + ", threads: " + threads);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + type.getName().replace(".", "\\.") + "\\." + method + "$")
            .threads(threads)
            .forks(1)
            .warmupIterations(quick ? 1 : 2)
            .warmupTime(TimeValue.milliseconds(quick ? 300 : 1_000))
            .measurementIterations(quick ? 1 : 3)
            .measurementTime(TimeValue.milliseconds(quick ? 500 : 1_000))
            .jvmArgs("-Xmx512m", "--sun-misc-unsafe-memory-access=allow")
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    if (!peer.isEmpty()) {
      options = options.param("peer", peer);
    }
    Collection<RunResult> results = new Runner(options.build()).run();
    return results.iterator().next().getPrimaryResult().getScore();
  }

  private static void progress(String what) {
    System.err.println("  " + what);
  }

  private void row(List<String> cells) {
    out.println("| " + String.join(" | ", cells) + " |");
  }

  /** Ids per second with one and with two threads. */
  private record Rate(String name, double one, double two) {
    List<String> cells(Rate cosId, Rate myBatis) {
      return List.of(
          name, "%,.0f".formatted(one), "%,.0f".formatted(two), ratio(cosId), ratio(myBatis));
    }

    private String ratio(Rate other) {
      return "%.2f / %.2f".formatted(one / other.one, two / other.two);
    }
  }
}
