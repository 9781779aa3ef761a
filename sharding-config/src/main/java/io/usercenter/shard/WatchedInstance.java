package io.usercenter.shard;

import com.zaxxer.hikari.HikariConfig;
import io.usercenter.id.Shard;
import io.usercenter.shard.PoolUsage.Kind;
import io.usercenter.shard.ShardHealth.Condition;
import io.usercenter.shard.ShardHealth.Status;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One MySQL instance, looked at twice a second over a connection of its own. While it answers it
 * has pools; when it stops, the pools are closed, connections in use are cut, and its databases are
 * down. A ping that fails is followed by a second try with a new connection before the verdict, so
 * one lost packet takes nothing down.
 */
final class WatchedInstance implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedInstance.class);

  /** What HikariCP accepts at least as validation timeout. */
  private static final int SHORTEST_VALIDATION_MS = 250;

  /** An open connection that nobody uses says something as often, the shortest HikariCP accepts. */
  private static final Duration KEEPALIVE = Duration.ofSeconds(30);

  /**
   * Of whom MySQL hears nothing for so long it ends the session and what it has locked: the host
   * may be lost, and TCP says so after hours.
   */
  private static final Duration GIVEN_UP = KEEPALIVE.multipliedBy(3);

  /** A refused database is looked at again every so many pings. */
  private static final int LOOKS_PER_RECHECK = 10;

  private final MySqlInstance address;
  private final DatabaseSettings settings;
  private final ShardMetaCheck metaCheck;
  private final @Nullable ShardMigrations migrations;
  private final InstantSource clock;
  private final List<GuardedDatabase> databases = new ArrayList<>();

  private final Semaphore alarm = new Semaphore(0);
  private final CountDownLatch firstVerdict = new CountDownLatch(1);
  private final ReentrantLock opening = new ReentrantLock(); // against closing meanwhile
  private volatile Map<Kind, FairPool> pools = Map.of();
  private volatile boolean closed;

  // Only the watching thread touches these.
  private @Nullable Connection probe;
  private int looksSinceRecheck;
  private boolean saidDown;

  WatchedInstance(
      MySqlInstance address,
      DatabaseSettings settings,
      ShardMetaCheck metaCheck,
      @Nullable ShardMigrations migrations,
      InstantSource clock) {
    this.address = address;
    this.settings = settings;
    this.metaCheck = metaCheck;
    this.migrations = migrations;
    this.clock = clock;
  }

  /** Before {@link #start} only. */
  GuardedDatabase add(String database, @Nullable Shard shard, MigrationScripts scripts) {
    GuardedDatabase guarded = new GuardedDatabase(database, shard, scripts, this, now());
    databases.add(guarded);
    return guarded;
  }

  void start() {
    Thread.ofPlatform().daemon().name("mysql-watch-" + address).start(this::watch);
  }

  MySqlInstance address() {
    return address;
  }

  Instant now() {
    return clock.instant();
  }

  /** The pool, or null while the instance is down. */
  @Nullable FairPool pool(Kind kind) {
    return pools.get(kind);
  }

  /** Throws out what the pool holds; what is lent goes when it comes back. */
  void evict(Kind kind) {
    FairPool pool = pools.get(kind);
    if (pool != null) {
      pool.evict();
    }
  }

  /** Something went wrong: look now instead of at the next turn. */
  void alarm() {
    alarm.release();
  }

  boolean awaitVerdict(Duration atMost) throws InterruptedException {
    return firstVerdict.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  Collection<PoolUsage> usage() {
    List<PoolUsage> usage = new ArrayList<>();
    pools.forEach((kind, pool) -> usage.add(pool.usage(address, kind)));
    return usage;
  }

  private void watch() {
    while (!closed) {
      try {
        look();
        firstVerdict.countDown();
        if (alarm.tryAcquire(settings.probeInterval().toNanos(), TimeUnit.NANOSECONDS)) {
          alarm.drainPermits();
        }
      } catch (InterruptedException e) {
        break;
      } catch (RuntimeException e) {
        LOG.error("watching {} failed, going on", address, e);
      }
    }
    disconnect();
  }

  private void look() {
    if (probe != null && answers(probe)) {
      if (++looksSinceRecheck >= LOOKS_PER_RECHECK) {
        looksSinceRecheck = 0;
        recheckRefused(probe);
      }
      return;
    }
    disconnect();
    try {
      Connection fresh = MySqlUrl.connect(settings, address, settings.connectTimeout());
      probe = fresh;
      comesUp(verdicts(fresh, databases));
    } catch (SQLException e) {
      disconnect();
      goesDown(reason(e));
    }
  }

  private static boolean answers(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("/* ping */ SELECT 1"); // the driver turns it into COM_PING
      return true;
    } catch (SQLException e) {
      LOG.debug("a ping failed", e);
      return false;
    }
  }

  private void recheckRefused(Connection connection) {
    List<GuardedDatabase> refused =
        databases.stream().filter(each -> each.condition().status() == Status.REFUSED).toList();
    if (refused.isEmpty()) {
      return;
    }
    try {
      announce(verdicts(connection, refused));
    } catch (SQLException e) {
      LOG.debug("a recheck failed, the next ping decides", e);
    }
  }

  /** Empty for a database that may be used, else the reason why not. */
  private Map<GuardedDatabase, Optional<String>> verdicts(
      Connection connection, List<GuardedDatabase> asked) throws SQLException {
    Map<String, SQLException> unmigrated =
        migrations == null
            ? Map.of()
            : migrations
                .migrateOn(
                    address, asked.stream().map(GuardedDatabase::name).toList(), (_, _, _, _) -> {})
                .failed();
    Map<GuardedDatabase, Optional<String>> verdicts = new LinkedHashMap<>();
    for (GuardedDatabase database : asked) {
      SQLException failure = unmigrated.get(database.name());
      verdicts.put(
          database,
          failure == null
              ? refusal(connection, database)
              : Optional.of("it could not be migrated: " + failure.getMessage()));
    }
    return verdicts;
  }

  private Optional<String> refusal(Connection connection, GuardedDatabase database)
      throws SQLException {
    try {
      connection.setCatalog(database.name());
      if (migrations == null) {
        Optional<String> lacking = database.scripts().lackingIn(connection, database.name());
        if (lacking.isPresent()) {
          return lacking;
        }
      }
      Shard shard = database.shard();
      return shard == null ? Optional.empty() : metaCheck.refusal(connection, shard);
    } catch (SQLException e) {
      if (GuardedDatabase.concernsInstance(e)) {
        throw e;
      }
      return Optional.of(database.refusal(e));
    }
  }

  private void comesUp(Map<GuardedDatabase, Optional<String>> verdicts) {
    opening.lock();
    try {
      if (closed) {
        return;
      }
      if (pools.isEmpty()) {
        pools = openPools();
      } else {
        // It was restarted between two looks: what the pools hold leads nowhere.
        pools.values().forEach(FairPool::evict);
      }
    } finally {
      opening.unlock();
    }
    if (saidDown) {
      saidDown = false;
      LOG.info("MySQL {} is back", address);
    }
    announce(verdicts);
  }

  private void announce(Map<GuardedDatabase, Optional<String>> verdicts) {
    Map<String, List<String>> news = new LinkedHashMap<>(); // reason -> databases
    verdicts.forEach(
        (database, refusal) -> {
          Condition before = database.condition();
          if (refusal.isEmpty()) {
            if (before.status() == Status.REFUSED) {
              LOG.info("{} on {} is in order now", database.name(), address);
            }
            database.becomes(Status.UP, "", now());
          } else {
            String reason = refusal.get();
            if (!reason.equals(before.reason())) {
              news.computeIfAbsent(reason, _ -> new ArrayList<>()).add(database.name());
            }
            database.becomes(Status.REFUSED, reason, now());
          }
        });
    news.forEach(
        (reason, names) -> LOG.error("refused on {}: {}, because {}", address, names, reason));
  }

  private void goesDown(String reason) {
    if (!saidDown) {
      saidDown = true;
      LOG.warn("MySQL {} is down, and {} databases with it: {}", address, databases.size(), reason);
    }
    Map<Kind, FairPool> old = pools;
    pools = Map.of();
    databases.forEach(database -> database.becomes(Status.DOWN, reason, now()));
    if (!old.isEmpty()) {
      closePools(old);
    }
  }

  /** Cuts the connections in use, which can take seconds, so nobody waits for it. */
  private void closePools(Map<Kind, FairPool> old) {
    old.forEach(
        (kind, pool) ->
            Thread.ofPlatform()
                .daemon()
                .name("mysql-close-" + address + "-" + kind)
                .start(pool::close));
  }

  /** The first line of what lies at the bottom: "Connection refused", "Access denied for ...". */
  private static String reason(SQLException e) {
    String reason = e.getMessage();
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      reason = cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
    return String.valueOf(reason).lines().findFirst().orElse("no reason given");
  }

  private void disconnect() {
    Connection connection = probe;
    probe = null;
    if (connection != null) {
      try {
        connection.abort(Runnable::run); // close() would wait for a server that hangs
      } catch (SQLException e) {
        LOG.debug("could not cut a probe's connection", e);
      }
    }
  }

  private Map<Kind, FairPool> openPools() {
    Map<Kind, FairPool> opened = new EnumMap<>(Kind.class);
    if (databases.stream().anyMatch(database -> database.shard() != null)) {
      int requests = settings.connectionsPerInstance();
      opened.put(Kind.REQUESTS, openPool(Kind.REQUESTS, requests, requests));
      opened.put(Kind.SCATTER, openPool(Kind.SCATTER, settings.scatterConnectionsPerInstance(), 0));
    }
    if (databases.stream().anyMatch(database -> database.shard() == null)) {
      opened.put(Kind.ADMIN, openPool(Kind.ADMIN, settings.adminConnections(), 1));
    }
    return opened;
  }

  private FairPool openPool(Kind kind, int max, int idle) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(kind.name().toLowerCase(Locale.ROOT) + "@" + address);
    config.setJdbcUrl(
        MySqlUrl.of(address, "", settings.connectTimeout(), settings.socketTimeout())
            + "&sessionVariables=wait_timeout="
            + GIVEN_UP.toSeconds());
    config.setKeepaliveTime(KEEPALIVE.toMillis());
    config.setUsername(settings.user());
    config.setPassword(settings.password().value());
    config.setMaximumPoolSize(max);
    config.setMinimumIdle(idle);
    config.setValidationTimeout(
        Math.max(
            SHORTEST_VALIDATION_MS,
            Math.min(settings.connectTimeout().toMillis(), settings.borrowTimeout().toMillis())));
    config.setInitializationFailTimeout(-1); // the watch decides about up and down, not the pool
    // No gap locks, so upserts of neighbours do not deadlock; no transaction of ours reads twice
    // and
    // expects the same. Not in the URL: MariaDB before 11.1 has another name for the variable.
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    // No catalog here: the pool would set it back on every return, one more round trip.
    return new FairPool(config, settings.borrowTimeout(), this::alarm);
  }

  /** Stops watching and closes the pools; connections in use are cut. */
  @Override
  public void close() {
    Map<Kind, FairPool> old;
    opening.lock();
    try {
      closed = true;
      old = pools;
      pools = Map.of();
    } finally {
      opening.unlock();
    }
    alarm.release();
    databases.forEach(database -> database.becomes(Status.DOWN, "the pools are closed", now()));
    old.values().forEach(FairPool::close);
  }
}
