package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the databases and brings them to the newest schema: {@code sql/shard} in all 32, {@code
 * sql/admin} in {@code usercenter_admin}. What is up to date costs one query. Several processes may
 * migrate at once: a named lock per database makes them take turns.
 */
public final class ShardMigrations {
  private static final Logger LOG = LoggerFactory.getLogger(ShardMigrations.class);

  /** DDL on a full table takes its time. */
  private static final Duration SOCKET_TIMEOUT = Duration.ofMinutes(10);

  private static final int LOCK_SECONDS = 120;
  private static final int WORKERS_PER_INSTANCE = 4;
  private static final int MAX_WORKERS = 16;

  private final DatabaseSettings settings;
  private final Map<String, Target> targets = new LinkedHashMap<>(); // by database

  /** Told after each database, from one thread at a time. */
  @FunctionalInterface
  public interface Progress {
    /**
     * One more database is done.
     *
     * @param done how many of {@code total} are done, this one included
     * @param total how many there are
     * @param database its name
     * @param changed whether anything had to be done
     */
    void migrated(int done, int total, String database, boolean changed);
  }

  /**
   * What came out.
   *
   * @param changed how many databases were created or altered
   * @param unchanged how many were up to date
   * @param failed the databases that could not be migrated, and why
   */
  public record Report(int changed, int unchanged, Map<String, SQLException> failed) {
    /** Whether every database is at the newest schema. */
    public boolean complete() {
      return failed.isEmpty();
    }
  }

  private record Target(
      String database,
      MySqlInstance instance,
      MigrationScripts scripts,
      Optional<NewDatabase> atOnce,
      Map<String, String> placeholders) {}

  public ShardMigrations(DatabaseSettings settings, Shards shards) {
    this.settings = settings;
    MigrationScripts shardScripts = MigrationScripts.read(MigrationScripts.SHARD);
    Optional<NewDatabase> newShard = NewDatabase.of(shardScripts);
    for (Shard shard : Shards.all()) {
      String database = Shards.database(shard);
      targets.put(
          database,
          new Target(
              database,
              settings.topology().instanceOf(shard),
              shardScripts,
              newShard,
              placeholders(shard, shards)));
    }
    targets.put(
        ShardPools.ADMIN_DATABASE,
        new Target(
            ShardPools.ADMIN_DATABASE,
            settings.admin(),
            MigrationScripts.read(MigrationScripts.ADMIN),
            Optional.empty(),
            Map.of()));
  }

  static Map<String, String> placeholders(Shard shard, Shards shards) {
    return Map.of(
        "shard", Integer.toString(shard.number()), "gene_function", shards.geneFunction().id());
  }

  /**
   * All shards and the admin database; an instance that is down fails only its own. When the thread
   * is interrupted, what was not begun fails, and the thread stays interrupted.
   */
  public Report migrateAll(Progress progress) {
    return migrate(targets.values(), progress);
  }

  /** Some databases of one instance. */
  Report migrateOn(MySqlInstance instance, Collection<String> databases, Progress progress) {
    return migrate(
        targets.values().stream()
            .filter(target -> target.instance().equals(instance))
            .filter(target -> databases.contains(target.database()))
            .toList(),
        progress);
  }

  private Report migrate(Collection<Target> wanted, Progress progress) {
    Tally tally = new Tally(wanted.size(), progress);
    List<Target> pending = new ArrayList<>();
    Map<MySqlInstance, List<Target>> byInstance = new LinkedHashMap<>();
    wanted.forEach(
        target ->
            byInstance.computeIfAbsent(target.instance(), _ -> new ArrayList<>()).add(target));
    byInstance.forEach((instance, on) -> pending.addAll(pendingOn(instance, on, tally)));
    if (!pending.isEmpty()) {
      inParallel(byInstance.size(), pending, tally);
    }
    return tally.report();
  }

  private List<Target> pendingOn(MySqlInstance instance, List<Target> on, Tally tally) {
    List<Target> pending = new ArrayList<>();
    try (Connection connection = MySqlUrl.connect(settings, instance, settings.socketTimeout())) {
      for (Target target : on) {
        try {
          if (target.scripts().appliedTo(connection, target.database())) {
            tally.done(target, false);
          } else {
            pending.add(target);
          }
        } catch (SQLException e) {
          if (GuardedDatabase.concernsInstance(e)) {
            throw e;
          }
          tally.failed(target, e);
        }
      }
      return pending;
    } catch (SQLException e) {
      on.stream().filter(target -> !tally.knows(target)).forEach(each -> tally.failed(each, e));
      return List.of();
    }
  }

  private void inParallel(int instances, List<Target> pending, Tally tally) {
    int workers = Math.min(pending.size(), Math.min(MAX_WORKERS, WORKERS_PER_INSTANCE * instances));
    try (ExecutorService executor =
        Executors.newFixedThreadPool(
            workers, Thread.ofPlatform().daemon().name("migrate-", 0).factory())) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (Target target : pending) {
        tasks.add(
            () -> {
              try {
                tally.done(target, migrate(target));
              } catch (SQLException e) {
                tally.failed(target, e);
              }
              return null;
            });
      }
      for (Future<Void> task : executor.invokeAll(tasks)) {
        try {
          task.get();
        } catch (ExecutionException e) {
          throw new IllegalStateException("a migration failed in an unforeseen way", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      SQLException interrupted = new SQLException("interrupted before it was migrated", e);
      pending.stream()
          .filter(target -> !tally.knows(target))
          .forEach(target -> tally.failed(target, interrupted));
    }
  }

  /** Whether anything had to be done. */
  private boolean migrate(Target target) throws SQLException {
    String database = target.database();
    try (Connection connection = MySqlUrl.connect(settings, target.instance(), SOCKET_TIMEOUT)) {
      lock(connection, database);
      if (target.scripts().appliedTo(connection, database)) {
        return false; // by another process, while this one waited for the lock
      }
      boolean empty = create(connection, database);
      if (empty && target.atOnce().isPresent()) {
        target.atOnce().get().make(connection, database, target.placeholders());
      } else {
        flyway(settings, target.instance(), database, target.scripts(), target.placeholders())
            .migrate();
      }
      return true;
    } catch (FlywayException e) {
      throw new SQLException(e.getMessage(), e);
    }
  }

  static Flyway flyway(
      DatabaseSettings settings,
      MySqlInstance instance,
      String database,
      MigrationScripts scripts,
      Map<String, String> placeholders) {
    return Flyway.configure()
        .dataSource(
            MySqlUrl.of(instance, database, settings.connectTimeout(), SOCKET_TIMEOUT),
            settings.user(),
            settings.password().value())
        .locations(scripts.location())
        .placeholders(placeholders)
        .failOnMissingLocations(true)
        .cleanDisabled(true)
        .load();
  }

  /** Held until the connection closes. */
  private static void lock(Connection connection, String database) throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement("SELECT GET_LOCK(?, ?)")) {
      lock.setString(1, "migrate " + database);
      lock.setInt(2, LOCK_SECONDS);
      try (ResultSet row = lock.executeQuery()) {
        if (!row.next() || row.getInt(1) != 1) {
          throw new SQLException(
              "another process has been migrating " + database + " for " + LOCK_SECONDS + " s");
        }
      }
    }
  }

  /** Makes the database unless it is there, and says whether it holds no table. */
  private static boolean create(Connection connection, String database) throws SQLException {
    List<String> tables = tables(connection, database);
    boolean halfMade = !tables.isEmpty() && halfMade(connection, database, tables);
    try (Statement statement = connection.createStatement()) {
      if (halfMade) {
        LOG.warn("{} was never finished and holds no row: making it again", database);
        statement.execute("SET foreign_key_checks = 0");
        for (String table : tables) {
          statement.executeUpdate("DROP TABLE %s.`%s`".formatted(database, table));
        }
        statement.execute("SET foreign_key_checks = 1");
      }
      statement.executeUpdate(
          "CREATE DATABASE IF NOT EXISTS "
              + database
              + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    }
    return halfMade || tables.isEmpty();
  }

  private static List<String> tables(Connection connection, String database) throws SQLException {
    List<String> tables = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = ?")) {
      select.setString(1, database);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          tables.add(row.getString(1));
        }
      }
    }
    return tables;
  }

  /**
   * Whether the process that made the database died before its first script, or all of them at
   * once, were through: MySQL cannot roll DDL back. Such a database has a table, no script that
   * succeeded, and no row anywhere but in Flyway's history. Only asked under the lock, so nobody is
   * at work in it.
   */
  private static boolean halfMade(Connection connection, String database, List<String> tables)
      throws SQLException {
    for (String table : tables) {
      String rows =
          table.equals("flyway_schema_history")
              ? "SELECT 1 FROM %s.`%s` WHERE success LIMIT 1"
              : "SELECT 1 FROM %s.`%s` LIMIT 1";
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(rows.formatted(database, table))) {
        if (row.next()) {
          return false;
        }
      }
    }
    return true;
  }

  /** Counts, and tells the progress one at a time. */
  private static final class Tally {
    private final int total;
    private final Progress progress;
    private int changed;
    private int unchanged;
    private final Map<String, SQLException> failed = new TreeMap<>();
    private final List<String> known = new ArrayList<>();

    Tally(int total, Progress progress) {
      this.total = total;
      this.progress = progress;
    }

    synchronized void done(Target target, boolean hadWork) {
      if (hadWork) {
        changed++;
      } else {
        unchanged++;
      }
      known.add(target.database());
      progress.migrated(known.size(), total, target.database(), hadWork);
    }

    synchronized void failed(Target target, SQLException why) {
      failed.put(target.database(), why);
      known.add(target.database());
      progress.migrated(known.size(), total, target.database(), false);
    }

    synchronized boolean knows(Target target) {
      return known.contains(target.database());
    }

    synchronized Report report() {
      return new Report(changed, unchanged, new TreeMap<>(failed));
    }
  }
}
