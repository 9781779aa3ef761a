package io.usercenter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.LeasedUserIds;
import io.usercenter.id.Shard;
import io.usercenter.id.UserIdSettings;
import io.usercenter.id.UsernameRules;
import io.usercenter.shard.DatabasePassword;
import io.usercenter.shard.DatabaseSettings;
import io.usercenter.shard.ShardMigrations;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.ShardTopology;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.Figure;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.MySqlSettings;
import io.usercenter.testkit.ProcessUse;
import io.usercenter.transfer.FileDigest;
import io.usercenter.transfer.FileFormat;
import io.usercenter.transfer.ImportJob;
import io.usercenter.transfer.ImportJobs;
import io.usercenter.transfer.ImportOutcome;
import io.usercenter.transfer.ImportSettings;
import io.usercenter.transfer.Importer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Accounts a second of what {@code ./uc import} does with a file of {@code --sample}, beside a bare
 * multi-row INSERT of the same rows into the same empty tables, as many in a transaction and over
 * as many connections; the two take turns. No part of the tests: its name is not that of a test, so
 * it runs when asked for by {@code -Dtest=ImportBench} only, best on a machine that does nothing
 * else.
 */
class ImportBench {
  private static final int ACCOUNTS = Integer.getInteger("bench.accounts", 100_000);
  private static final int WARM_UP = Integer.getInteger("bench.warm-up", 3);
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 11);

  /** The defaults of {@code ./uc import}. */
  private static final int BATCH = 250;

  private static final int CONNECTIONS = 8;

  /** What an import sets. */
  private static final List<String> COLUMNS =
      List.of(
          "user_id",
          "username",
          "display_name",
          "password_hash",
          "status",
          "auth_epoch",
          "channel",
          "register_time",
          "register_ip",
          "import_job",
          "import_line");

  private final Shards shards = new Shards(GeneFunction.CRC32);
  @TempDir private Path folder;

  @Test
  void imports() throws Exception {
    Path file = folder.resolve("sample.csv");
    new SampleAccounts().write(file, ACCOUNTS);
    try (MySqlServer mysql = Backends.newMySql(MySqlSettings.standard().withBufferPoolMb(512));
        ShardPools pools = pools(mysql);
        LeasedUserIds ids =
            LeasedUserIds.start(pools.admin(), UserIdSettings.standard(), "benchmark")) {
      assertThat(ids.awaitReady(Duration.ofSeconds(30))).isTrue();
      List<Taken> imports = new ArrayList<>();
      List<Taken> inserts = new ArrayList<>();
      for (int round = -WARM_UP; round < ROUNDS; round++) {
        Importer importer = importer(pools, ids, file, "round" + round);
        Taken imported = take(() -> imported(importer, file));
        List<Lot> rows = rows(mysql);
        empty(mysql);
        Taken inserted = take(() -> inserted(mysql, rows));
        empty(mysql);
        if (round >= 0) {
          imports.add(imported);
          inserts.add(inserted);
        }
      }
      tell("import", imports);
      tell("bare multi-row INSERT", inserts);
      System.out.printf(
          "import beside bare INSERT: %s of the rows a second, %s of MySQL's processor time%n",
          Figure.ratio(imports, inserts, Taken::perSecond),
          Figure.ratio(imports, inserts, Taken::mysql));
    }
  }

  /** As {@link Databases} opens them. */
  private ShardPools pools(MySqlServer mysql) throws InterruptedException {
    ShardTopology topology = ShardTopology.parse(mysql.address());
    DatabaseSettings settings =
        new DatabaseSettings(
            topology,
            topology.instances().getFirst(),
            mysql.user(),
            new DatabasePassword(mysql.password()),
            2 * CONNECTIONS + 1,
            2,
            2,
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMillis(500));
    assertThat(new ShardMigrations(settings, shards).migrateAll((_, _, _, _) -> {}).complete())
        .isTrue();
    ShardPools pools = ShardPools.open(settings, shards, null, InstantSource.system());
    assertThat(pools.awaitVerdicts(Duration.ofSeconds(20))).isTrue();
    return pools;
  }

  private Importer importer(ShardPools pools, LeasedUserIds ids, Path file, String job)
      throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      ImportJob known =
          new ImportJobs(pools.admin(), InstantSource.system())
              .ofFile(job, FileFormat.CSV, FileDigest.of(in), 0, "benchmark", "benchmark");
      return new Importer(
          pools,
          shards,
          UsernameRules.standard(),
          ids::next,
          InstantSource.system(),
          new ImportSettings(BATCH, CONNECTIONS, 0, Duration.ofMinutes(1), Set.of()),
          known.jobId(),
          FileFormat.CSV);
    }
  }

  private static int imported(Importer importer, Path file) throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      assertThat(importer.run(in)).isEqualTo(new ImportOutcome.Done());
    }
    return (int) importer.position().imported();
  }

  /**
   * Rows of one transaction.
   *
   * @param from its first one in the shard, counted from 0
   */
  private record Lot(Shard shard, int from, List<List<Object>> rows) {}

  /** All that was imported, in the order of the file: one transaction for each shard in turn. */
  private static List<Lot> rows(MySqlServer mysql) throws SQLException {
    List<Lot> lots = new ArrayList<>();
    try (Connection connection = connect(mysql)) {
      for (Shard shard : Shards.all()) {
        List<List<Object>> rows = rows(connection, shard);
        for (int from = 0; from < rows.size(); from += BATCH) {
          lots.add(new Lot(shard, from, rows.subList(from, Math.min(rows.size(), from + BATCH))));
        }
      }
    }
    lots.sort(Comparator.comparingInt(Lot::from));
    return lots;
  }

  private static List<List<Object>> rows(Connection connection, Shard shard) throws SQLException {
    List<List<Object>> rows = new ArrayList<>();
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT %s FROM %s.user ORDER BY import_line"
                    .formatted(String.join(",", COLUMNS), Shards.database(shard)));
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        List<Object> values = new ArrayList<>();
        for (int column = 1; column <= COLUMNS.size(); column++) {
          values.add(row.getObject(column));
        }
        rows.add(values);
      }
    }
    return rows;
  }

  private static void empty(MySqlServer mysql) throws SQLException {
    try (Connection connection = connect(mysql);
        Statement truncate = connection.createStatement()) {
      for (Shard shard : Shards.all()) {
        truncate.execute("TRUNCATE TABLE %s.user".formatted(Shards.database(shard)));
      }
    }
  }

  private static Connection connect(MySqlServer mysql) throws SQLException {
    return DriverManager.getConnection(mysql.jdbcUrl(), mysql.user(), mysql.password());
  }

  private static int inserted(MySqlServer mysql, List<Lot> lots) throws Exception {
    Queue<Lot> waiting = new ConcurrentLinkedQueue<>(lots);
    int inserted = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      List<Future<Integer>> writers = new ArrayList<>();
      for (int writer = 0; writer < CONNECTIONS; writer++) {
        writers.add(threads.submit(() -> insertFrom(waiting, mysql)));
      }
      for (Future<Integer> writer : writers) {
        inserted += writer.get();
      }
    }
    return inserted;
  }

  private static int insertFrom(Queue<Lot> waiting, MySqlServer mysql) throws SQLException {
    int inserted = 0;
    String row = "(" + String.join(",", Collections.nCopies(COLUMNS.size(), "?")) + ")";
    try (Connection connection = connect(mysql)) {
      for (Lot lot = waiting.poll(); lot != null; lot = waiting.poll()) {
        try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO %s.user (%s) VALUES %s"
                    .formatted(
                        Shards.database(lot.shard),
                        String.join(",", COLUMNS),
                        String.join(",", Collections.nCopies(lot.rows.size(), row))))) {
          int index = 1;
          for (List<Object> values : lot.rows) {
            for (Object value : values) {
              insert.setObject(index++, value);
            }
          }
          inserted += insert.executeUpdate();
        }
      }
    }
    return inserted;
  }

  /**
   * What a round took.
   *
   * @param here processor time of this process in us for each account, the reading of the file too
   * @param mysql the same of MySQL
   */
  private record Taken(double perSecond, double here, double mysql) {}

  private static Taken take(Callable<Integer> work) throws Exception {
    long begun = System.nanoTime();
    double here = micros(Stream.of(ProcessHandle.current()));
    double mysql = micros(ProcessUse.started("mysqld"));
    assertThat(work.call()).isEqualTo(ACCOUNTS);
    return new Taken(
        ACCOUNTS * 1e9 / (System.nanoTime() - begun),
        (micros(Stream.of(ProcessHandle.current())) - here) / ACCOUNTS,
        (micros(ProcessUse.started("mysqld")) - mysql) / ACCOUNTS);
  }

  private static double micros(Stream<ProcessHandle> processes) {
    return ProcessUse.processorTime(processes).toNanos() / 1e3;
  }

  private static void tell(String what, List<Taken> rounds) {
    System.out.printf(
        "%s: %,.0f accounts/s; processor time of each %.1f us here, %.1f us MySQL%n",
        what,
        Figure.of(rounds, Taken::perSecond).median(),
        Figure.of(rounds, Taken::here).median(),
        Figure.of(rounds, Taken::mysql).median());
  }
}
