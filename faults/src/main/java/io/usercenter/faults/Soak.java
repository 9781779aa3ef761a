package io.usercenter.faults;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlSettings;
import io.usercenter.testkit.ProcessUse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Mixed load for long, and what piles up: {@code ./uc bench soak [MINUTES]}. Ends with 1 when a
 * request failed or was answered wrongly.
 */
public final class Soak {
  private static final Duration EVERY = Duration.ofSeconds(30);

  /** What happens in the beginning says nothing about the end: caches fill, code is compiled. */
  private static final double WARM_UP = 0.2;

  private static final int LOGINS_AT_THE_END = 1_000;
  private static final Pattern USED = Pattern.compile("(?:DefNew|Tenured) .*used (\\d+)K");
  private static final Pattern THREADS = Pattern.compile("Threads:\\s+(\\d+)");

  private final Installation installation;
  private final Directory directory;
  private final Map<String, List<Double>> series = new LinkedHashMap<>();
  private final List<Double> hours = new ArrayList<>();

  private Soak(Installation installation) {
    this.installation = installation;
    this.directory = new Directory(installation.mysql());
  }

  /**
   * Runs it.
   *
   * @param arguments the root of the repository; a folder for logs; minutes
   */
  public static void main(String... arguments) throws Exception {
    Duration time = Duration.ofMinutes(Long.parseLong(arguments[2]));
    boolean good;
    try (Installation installation =
        new Installation(
            Path.of(arguments[0]),
            Path.of(arguments[1]),
            Backends.newMySql(MySqlSettings.standard().relaxed()),
            new SingleRedis(),
            Map.of(),
            List.of())) {
      good = new Soak(installation).run(time);
    }
    System.exit(good ? 0 : 1);
  }

  private boolean run(Duration time) throws IOException, InterruptedException {
    try (Load load =
        new Load(
            installation.instances(),
            installation.credentials(),
            new Load.Mix(16, Duration.ofMillis(50), 20),
            1)) {
      Tally tally = load.begin();
      long start = System.nanoTime();
      Map<String, Long> rowsBefore = directory.rows();
      int playersBefore = load.players().size();
      while (Waiting.since(start).compareTo(time) < 0) {
        Waiting.pass(EVERY);
        sample(start, tally, load.players().size());
      }
      report(tally);
      tables(rowsBefore, directory.rows(), load.players().size() - playersBefore);
      long failed =
          tally.wrongAnswers()
              + tally.brokenAnswers()
              + tally.busyAnswers()
              + tally.unansweredRequests()
              + tally.refusals();
      List<Player> players = List.copyOf(load.players());
      Random random = new Random(1);
      int notAsAcknowledged = 0;
      for (int i = 0; i < LOGINS_AT_THE_END; i++) {
        Player player = players.get(random.nextInt(players.size()));
        if (!load.isAsAcknowledged(player, random)) {
          notAsAcknowledged++;
        }
      }
      System.out.printf(
          "%d requests, %d failed (error rate %.6f), %d of them answered wrongly; of %d players"
              + " asked for at the end %d were not as acknowledged%n",
          tally.requests(),
          failed,
          (double) failed / tally.requests(),
          tally.wrongAnswers(),
          LOGINS_AT_THE_END,
          notAsAcknowledged);
      tally.wrongOnes().forEach(what -> System.out.println("wrong: " + what));
      tally.failures().forEach(what -> System.out.println("failed: " + what));
      return failed == 0 && notAsAcknowledged == 0;
    }
  }

  private void sample(long start, Tally tally, int players)
      throws IOException, InterruptedException {
    hours.add(Waiting.since(start).toMillis() / 3.6e6);
    List<Node> nodes = new ArrayList<>(installation.instances());
    nodes.add(installation.listener());
    for (Node node : nodes) {
      long pid = node.process().pid();
      add(node.name() + ": heap after a collection, KiB", heapAfterCollection(pid));
      String status = Files.readString(Path.of("/proc/" + pid + "/status"));
      add(node.name() + ": resident, KiB", resident(pid));
      add(node.name() + ": threads", number(THREADS, status));
    }
    add("MySQL: resident, KiB", resident(installation.mysql().pid()));
    add("MySQL: connections", directory.connections());
    add("players", players);
    add("requests", (double) tally.requests());
    System.out.printf(
        "%5.1f min: %s%n",
        hours.getLast() * 60,
        series.entrySet().stream()
            .map(each -> "%s %.0f".formatted(each.getKey(), each.getValue().getLast()))
            .collect(Collectors.joining("; ")));
  }

  private void add(String name, double value) {
    series.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
  }

  private static double number(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException(pattern + " is not in " + text);
    }
    return Double.parseDouble(matcher.group(1));
  }

  private static double resident(long pid) {
    return (double) ProcessUse.residentKib(ProcessHandle.of(pid).orElseThrow());
  }

  private static double heapAfterCollection(long pid) throws IOException, InterruptedException {
    jcmd(pid, "GC.run");
    Matcher used = USED.matcher(jcmd(pid, "GC.heap_info"));
    double sum = 0;
    while (used.find()) {
      sum += Double.parseDouble(used.group(1));
    }
    if (sum == 0) {
      throw new IllegalStateException("no heap of process " + pid);
    }
    return sum;
  }

  private static String jcmd(long pid, String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                command)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("jcmd " + command + ": " + output);
    }
    return output;
  }

  private void report(Tally tally) {
    System.out.println(
        "| what | first | at " + (int) (WARM_UP * 100) + " % | last | per hour from then on |");
    System.out.println("| --- | ---: | ---: | ---: | ---: |");
    int from = (int) (hours.size() * WARM_UP);
    series.forEach(
        (name, values) ->
            System.out.printf(
                "| %s | %,.0f | %,.0f | %,.0f | %s |%n",
                name,
                values.getFirst(),
                values.get(from),
                values.getLast(),
                values.size() - from < 3
                    ? "too few samples"
                    : "%+,.0f"
                        .formatted(
                            slope(
                                hours.subList(from, hours.size()),
                                values.subList(from, values.size())))));
    System.out.printf("%d requests were acknowledged%n", tally.acknowledgements());
  }

  /** Of the straight line that fits best. */
  static double slope(List<Double> x, List<Double> y) {
    double meanX = x.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double meanY = y.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double above = 0;
    double below = 0;
    for (int i = 0; i < x.size(); i++) {
      above += (x.get(i) - meanX) * (y.get(i) - meanY);
      below += (x.get(i) - meanX) * (x.get(i) - meanX);
    }
    return above / below;
  }

  private static void tables(Map<String, Long> before, Map<String, Long> after, int players) {
    System.out.println("| table | rows at first | rows at last | more, for each new player |");
    System.out.println("| --- | ---: | ---: | ---: |");
    Map<String, Long> sorted = new TreeMap<>(after);
    for (String table : new TreeSet<>(sorted.keySet())) {
      long first = before.getOrDefault(table, 0L);
      long last = sorted.getOrDefault(table, 0L);
      if (first != 0 || last != 0) {
        System.out.printf(
            "| `%s` | %,d | %,d | %.2f |%n",
            table, first, last, players == 0 ? 0 : (double) (last - first) / players);
      }
    }
  }
}
