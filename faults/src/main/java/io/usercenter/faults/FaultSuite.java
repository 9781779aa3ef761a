package io.usercenter.faults;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.MySqlSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The long form: {@code ./uc test --faults [SECONDS]}. Prints the table, writes it into a document,
 * and ends with 1 when it shows anything that must not be.
 */
public final class FaultSuite {
  private static final String BEGIN = "<!-- the table of ./uc test --faults -->\n";
  private static final String END = "<!-- its end -->\n";
  private static final MySqlSettings MYSQL = MySqlSettings.standard().relaxed();

  private final Path root;
  private final Path logs;
  private final Duration before;
  private final StringBuilder table = new StringBuilder();
  private final List<String> bad = new ArrayList<>();

  private FaultSuite(Path root, Path logs, Duration before) {
    this.root = root;
    this.logs = logs;
    this.before = before;
  }

  /**
   * Runs it.
   *
   * @param arguments the root of the repository; a folder for logs; seconds of load before each
   *     fault; a line that says what was run and where; the document with the table; a small file
   *     system of its own for MySQL, left out where there is none
   */
  public static void main(String... arguments) throws Exception {
    FaultSuite suite =
        new FaultSuite(
            Path.of(arguments[0]),
            Path.of(arguments[1]),
            Duration.ofSeconds(Long.parseLong(arguments[2])));
    Files.createDirectories(suite.logs);
    suite.say(arguments[3] + "\n");
    suite.say(Outcome.HEADER);
    if (arguments.length > 5) {
      suite.onDisk(Path.of(arguments[5]));
    } else {
      suite.run("one-redis", Backends.newMySql(MYSQL), new SingleRedis(), Fault.all());
      suite.say(
          "| MySQL: its disk full | **not done**: this machine lets nobody mount a file system"
              + " (`unshare -rm`) | | | | | | | | | | | |");
    }
    suite.run(
        "sentinel",
        Backends.newMySql(MYSQL),
        new SentinelRedis(),
        List.of(Fault.failover("Redis with sentinels")));
    suite.run(
        "cluster",
        Backends.newMySql(MYSQL),
        new ClusterRedis(),
        List.of(Fault.failover("Redis Cluster")));
    suite.write(Path.of(arguments[4]));
    suite.bad.forEach(System.out::println);
    System.exit(suite.bad.isEmpty() ? 0 : 1);
  }

  private void onDisk(Path disk) throws Exception {
    List<Fault> faults = new ArrayList<>(Fault.all());
    faults.add(Fault.diskFull(disk));
    MySqlServer mysql =
        MySqlServer.start(disk.resolve("data"), 0, MYSQL.withLog(logs.resolve("mysql.log")));
    run("one-redis", mysql, new SingleRedis(), faults);
  }

  private void run(String name, MySqlServer mysql, RedisSide redis, List<Fault> faults)
      throws Exception {
    try (Installation installation =
            new Installation(root, logs.resolve(name), mysql, redis, Map.of(), Installation.QUICK);
        Load load =
            new Load(
                installation.instances(),
                installation.credentials(),
                new Load.Mix(16, Duration.ofMillis(60), 120),
                1)) {
      FaultRun run = new FaultRun(installation, load, before, 400, 1);
      for (Fault fault : faults) {
        Outcome outcome = run.run(fault);
        say(outcome.row());
        bad.addAll(outcome.faults());
      }
    }
  }

  private void say(String line) {
    System.out.println(line);
    table.append(line).append('\n');
  }

  private void write(Path document) throws IOException {
    String text = Files.readString(document);
    int from = text.indexOf(BEGIN) + BEGIN.length();
    int to = text.indexOf(END);
    Files.writeString(document, text.substring(0, from) + table + text.substring(to));
  }
}
