package io.usercenter.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the demo saw, for a terminal of 100 columns. Also holds the judgements that need all
 * players.
 */
final class Report {
  /** From so many accounts on, the spread over the shards is judged and not only shown. */
  static final int ENOUGH_TO_JUDGE = 2000;

  private static final double MOST_OVER_MEAN = 1.4;
  private static final Duration BAN_PROMISE = Duration.ofSeconds(1);
  private static final Set<Step> MUST_ASK =
      EnumSet.of(Step.REGISTER, Step.LOGIN, Step.REFRESH, Step.LOOKUP);

  private final Measurements measurements;
  private final Findings findings;

  Report(Measurements measurements, Findings findings) {
    this.measurements = measurements;
    this.findings = findings;
  }

  /**
   * Adds to the findings what no single player can see.
   *
   * @param even whether the gene function of the deployment promises an even spread
   */
  void judge(boolean even) {
    Checks checks = new Checks(findings, "all players");
    ShardChart chart = new ShardChart(measurements.accounts());
    if (chart.total() == 0) {
      checks.found(
          measurements.namesTaken() == 0
              ? "nobody could register"
              : "nobody could register; %d names were taken before, so take others"
                  .formatted(measurements.namesTaken()));
      return;
    }
    if (even && chart.total() >= ENOUGH_TO_JUDGE) {
      checks.that(chart.unused() == 0, chart.unused() + " shards have no account");
      checks.that(
          chart.maxOverMean() <= MOST_OVER_MEAN,
          "the fullest shard has %.2f times the mean, more than %.1f"
              .formatted(chart.maxOverMean(), MOST_OVER_MEAN));
    }
    checks.that(
        measurements.answersWithoutCost() == 0,
        "%d answers did not say what they cost: start the API with UC_SERVER_TIMING=true"
            .formatted(measurements.answersWithoutCost()));
    for (Step step : Step.values()) {
      Measurements.Costs costs = measurements.costs(step);
      checks.that(
          costs.obey(step.shardRule()),
          "%s touched %s shards, must be %s".formatted(step, costs.shards(), step.shardRule()));
      checks.that(
          !MUST_ASK.contains(step)
              || costs.answers() == 0
              || costs.withoutStatement() < costs.answers(),
          "%s: no answer shows a statement, so nothing is proved".formatted(step));
    }
    judgeBan("introspection by HTTP", measurements.banSeenByHttp(), checks);
    judgeBan("the embedded verifier", measurements.banSeenByVerifier(), checks);
  }

  private static void judgeBan(String where, Samples samples, Checks checks) {
    checks.that(
        samples.count() == 0 || samples.percentile(99) < BAN_PROMISE.toNanos(),
        "a ban took %s at p99 to be seen by %s, must be under %d ms"
            .formatted(
                samples.count() == 0 ? "" : millis(samples.percentile(99)) + " ms",
                where,
                BAN_PROMISE.toMillis()));
  }

  /**
   * All lines but the verdict.
   *
   * @param bar the character that bars are made of
   */
  List<String> lines(List<SpotChecks.Outcome> spotChecks, char bar) {
    List<String> lines = new ArrayList<>();
    shards(lines, bar);
    costs(lines);
    latencies(lines);
    bans(lines);
    spots(lines, spotChecks);
    retries(lines);
    unexpected(lines);
    return lines;
  }

  /** The last line of all. */
  static String verdict(int unexpected) {
    return unexpected == 0 ? "demo: OK" : "demo: %d unexpected".formatted(unexpected);
  }

  private void shards(List<String> lines, char bar) {
    ShardChart chart = new ShardChart(measurements.accounts());
    lines.add("");
    lines.add("Accounts of this run by shard");
    lines.addAll(chart.lines(bar));
    if (chart.total() > 0) {
      lines.add(
          "  %d accounts, mean %.1f, max %d (shard %02d), max/mean %.2f%s"
              .formatted(
                  chart.total(),
                  chart.total() / 32.0,
                  measurements.accounts().get(chart.fullest()),
                  chart.fullest(),
                  chart.maxOverMean(),
                  chart.total() >= ENOUGH_TO_JUDGE
                      ? ", must be at most " + MOST_OVER_MEAN
                      : " (chance, with so few; judged from %d on)".formatted(ENOUGH_TO_JUDGE)));
    }
    if (measurements.namesTaken() > 0) {
      lines.add(
          "  %d names were taken before and are left out".formatted(measurements.namesTaken()));
    }
  }

  private void costs(List<String> lines) {
    lines.add("");
    lines.add(
        "%-34s %8s %8s %8s %11s   %s"
            .formatted(
                "Cost of a request",
                "answers",
                "no SQL",
                "shards",
                "statements",
                "shards must be"));
    for (Step step : Step.values()) {
      Measurements.Costs costs = measurements.costs(step);
      if (costs.answers() == 0 || step == Step.OTHER) {
        continue;
      }
      lines.add(
          "  %-32s %8d %8s %8s %11s   %s"
              .formatted(
                  step,
                  costs.answers(),
                  costs.withoutStatement() == 0 ? "" : costs.withoutStatement(),
                  costs.shards(),
                  costs.statements(),
                  step.shardRule() == Step.ShardRule.ANY
                      ? ""
                      : step.shardRule() + (costs.obey(step.shardRule()) ? "" : "  <- NOT SO"))
              .stripTrailing());
    }
  }

  private void latencies(List<String> lines) {
    lines.add("");
    lines.add(
        "%-34s %8s %8s %8s %11s".formatted("Time of a step in ms", "count", "p50", "p99", "max"));
    for (Step step : Step.values()) {
      Samples samples = measurements.latency(step);
      if (step != Step.OTHER) {
        row(lines, step.toString(), samples);
      }
    }
  }

  private void bans(List<String> lines) {
    if (measurements.banSeenByHttp().count() == 0
        && measurements.banSeenByVerifier().count() == 0) {
      return;
    }
    lines.add("");
    lines.add(
        "%-34s %8s %8s %8s %11s   %s"
            .formatted(
                "Ban answered -> token refused, ms",
                "count",
                "p50",
                "p99",
                "max",
                "p99 must be < 1000"));
    row(lines, "introspection by HTTP", measurements.banSeenByHttp());
    row(lines, "embedded verifier", measurements.banSeenByVerifier());
  }

  private static void row(List<String> lines, String name, Samples samples) {
    if (samples.count() > 0) {
      lines.add(
          "  %-32s %8d %8s %8s %11s"
              .formatted(
                  name,
                  samples.count(),
                  millis(samples.percentile(50)),
                  millis(samples.percentile(99)),
                  millis(samples.percentile(100))));
    }
  }

  /** Three digits that count, or all before the point. */
  static String millis(long nanos) {
    double ms = nanos / 1e6;
    if (ms < 1) {
      return "%.3f".formatted(ms);
    }
    return ms < 10 ? "%.2f".formatted(ms) : ms < 100 ? "%.1f".formatted(ms) : "%.0f".formatted(ms);
  }

  private static void spots(List<String> lines, List<SpotChecks.Outcome> spotChecks) {
    if (spotChecks.isEmpty()) {
      return;
    }
    lines.add("");
    lines.add("Refused, as it must be");
    for (SpotChecks.Outcome outcome : spotChecks) {
      lines.add(
          cut(
              "  %-36s %-7s %s"
                  .formatted(
                      outcome.what(), outcome.asExpected() ? "ok" : "NOT SO", outcome.answer())));
    }
  }

  private void retries(List<String> lines) {
    Map<String, LongAdder> retries = measurements.retries();
    if (!retries.isEmpty()) {
      lines.add("");
      lines.add("Sent again after 503, as Retry-After asked: " + retries);
    }
  }

  private void unexpected(List<String> lines) {
    if (findings.count() > 0) {
      lines.add("");
      lines.add(
          findings.count() <= Findings.EXAMPLES
              ? "Unexpected"
              : "Unexpected, the first %d of %d".formatted(Findings.EXAMPLES, findings.count()));
      findings.examples().forEach(example -> lines.add("  - " + example));
    }
  }

  private static String cut(String line) {
    return line.length() <= 100 ? line : line.substring(0, 97) + "...";
  }
}
