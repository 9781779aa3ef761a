package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The way to the databases: one pool of connections per MySQL instance, shared by the shards on it.
 * An instance that refuses or hangs is marked down, so that calls for its shards fail within
 * milliseconds, and is taken back by itself once it answers and its shards are in order.
 */
public final class ShardPools implements AutoCloseable {
  /** The database of operators, credentials, keys and the audit log. */
  public static final String ADMIN_DATABASE = "usercenter_admin";

  private final InstantSource clock;
  private final int scatterConnections;
  private final Map<MySqlInstance, WatchedInstance> instances = new LinkedHashMap<>();
  private final List<GuardedDatabase> shards = new ArrayList<>(Shard.COUNT); // by number
  private final List<DataSource> requests = new ArrayList<>(Shard.COUNT);
  private final List<DataSource> unselected = new ArrayList<>(Shard.COUNT);
  private final List<DataSource> scatter = new ArrayList<>(Shard.COUNT);
  private final GuardedDatabase admin;
  private final DataSource adminSource;

  private ShardPools(
      DatabaseSettings settings,
      Shards shards,
      @Nullable ShardMigrations migrations,
      InstantSource clock) {
    this.clock = clock;
    this.scatterConnections = settings.scatterConnectionsPerInstance();
    ShardMetaCheck metaCheck = new ShardMetaCheck(shards);
    MigrationScripts shardScripts = MigrationScripts.read(MigrationScripts.SHARD);
    for (Shard shard : Shards.all()) {
      GuardedDatabase database =
          watched(settings.topology().instanceOf(shard), settings, metaCheck, migrations)
              .add(Shards.database(shard), shard, shardScripts);
      this.shards.add(database);
      String user = settings.user();
      requests.add(new ShardDataSource(database, PoolUsage.Kind.REQUESTS, true, user));
      unselected.add(new ShardDataSource(database, PoolUsage.Kind.REQUESTS, false, user));
      scatter.add(new ShardDataSource(database, PoolUsage.Kind.SCATTER, true, user));
    }
    admin =
        watched(settings.admin(), settings, metaCheck, migrations)
            .add(ADMIN_DATABASE, null, MigrationScripts.read(MigrationScripts.ADMIN));
    adminSource = new ShardDataSource(admin, PoolUsage.Kind.ADMIN, true, settings.user());
  }

  private WatchedInstance watched(
      MySqlInstance address,
      DatabaseSettings settings,
      ShardMetaCheck metaCheck,
      @Nullable ShardMigrations migrations) {
    return instances.computeIfAbsent(
        address, _ -> new WatchedInstance(address, settings, metaCheck, migrations, clock));
  }

  /**
   * Starts looking after the instances; returns at once, whether they are up or not.
   *
   * @param migrations brings the databases of an instance that comes (back) up to the newest schema
   *     before they serve; null leaves the schemas alone, and a database that lacks a migration is
   *     refused until it has it
   */
  public static ShardPools open(
      DatabaseSettings settings,
      Shards shards,
      @Nullable ShardMigrations migrations,
      InstantSource clock) {
    ShardPools pools = new ShardPools(settings, shards, migrations, clock);
    pools.instances.values().forEach(WatchedInstance::start);
    return pools;
  }

  /**
   * Waits until every shard is known to be up, down or refused.
   *
   * @return false if that took longer
   */
  public boolean awaitVerdicts(Duration atMost) throws InterruptedException {
    Instant end = clock.instant().plus(atMost);
    for (WatchedInstance instance : instances.values()) {
      if (!instance.awaitVerdict(Duration.between(clock.instant(), end))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Connections to one shard. A connection comes with the shard's database selected; a statement
   * counts into the {@link ShardVisits} that was open at the borrow. {@code getConnection} throws
   * {@link ShardUnavailableException}; a transaction on a second shard while one is open on the
   * thread throws {@link CrossShardTransactionException}.
   */
  public DataSource of(Shard shard) {
    return requests.get(shard.number());
  }

  /**
   * The same for statements that name the shard's database ({@link Shards#database}) before each
   * table: any database may be selected, or none, which saves asking for it.
   */
  public DataSource unselected(Shard shard) {
    return unselected.get(shard.number());
  }

  /** The same for queries over all shards: few connections, which requests never wait for. */
  public DataSource scatter(Shard shard) {
    return scatter.get(shard.number());
  }

  /** How many of those an instance has. */
  int scatterConnections() {
    return scatterConnections;
  }

  /** Connections to {@code usercenter_admin}; throws {@link DatabaseUnavailableException}. */
  public DataSource admin() {
    return adminSource;
  }

  /** How every shard is now; asks nobody. */
  public ShardHealth health() {
    return new ShardHealth(
        Shards.all().stream()
            .map(shard -> new ShardHealth.Row(shard, shards.get(shard.number()).condition()))
            .toList(),
        admin.condition());
  }

  InstantSource clock() {
    return clock;
  }

  /** How busy the pools are now; an instance that is down has none. */
  public List<PoolUsage> usage() {
    return instances.values().stream().flatMap(instance -> instance.usage().stream()).toList();
  }

  /** Closes all connections, those in use too. */
  @Override
  public void close() {
    instances.values().forEach(WatchedInstance::close);
  }
}
