package io.usercenter.benchmarks;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.shard.DatabasePassword;
import io.usercenter.shard.DatabaseSettings;
import io.usercenter.shard.ShardMigrations;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.ShardTopology;
import io.usercenter.shard.ShardVisits;
import io.usercenter.shard.ShardedDataSource;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.MySqlSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One SELECT by user id on a real MySQL: through ShardingSphere, and over the same pool picked by
 * hand. The difference is the price of parsing, auditing, routing and merging; {@code account} is
 * the price of counting visits.
 */
@SuppressWarnings("NullAway.Init") // JMH calls start() first
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Threads(1)
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 4, time = 5)
public class RoutingBenchmark {
  private static final String SELECT =
      "SELECT user_id, username, display_name, status, auth_epoch, channel FROM user"
          + " WHERE user_id = ?";

  private final AtomicInteger turn = new AtomicInteger();
  private MySqlServer server;
  private ShardPools pools;
  private ShardedDataSource sharded;

  /** A server with 32 shards and one user in each. */
  @Setup(Level.Trial)
  public void start() throws Exception {
    server = Backends.newMySql(MySqlSettings.standard().relaxed());
    DatabaseSettings settings =
        DatabaseSettings.of(
            ShardTopology.parse(server.address()), server.user(), new DatabasePassword(""));
    Shards shards = new Shards(GeneFunction.CRC32);
    ShardMigrations.Report report =
        new ShardMigrations(settings, shards).migrateAll((_, _, _, _) -> {});
    pools = ShardPools.open(settings, shards, null, InstantSource.system());
    if (!report.complete()
        || !pools.awaitVerdicts(Duration.ofSeconds(20))
        || !pools.health().allUp()) {
      throw new IllegalStateException(report + " " + pools.health());
    }
    sharded = ShardedDataSource.create(pools, shards);
    for (Shard shard : Shards.all()) {
      insert(shard);
    }
  }

  private static UserId user(Shard shard) {
    return new UserId(1L << 40 | shard.number());
  }

  private void insert(Shard shard) throws SQLException {
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO user (user_id, username, display_name, password_hash, status,
                                  auth_epoch, channel, register_time, register_ip)
                VALUES (?, ?, 'Somebody', '-', 'ACTIVE', 1, 'bench', UTC_TIMESTAMP(3), '::1')
                """)) {
      insert.setLong(1, user(shard).value());
      insert.setString(2, "bench" + shard);
      insert.executeUpdate();
    }
  }

  /** Ends the server, its data with it. */
  @TearDown(Level.Trial)
  public void stop() throws SQLException {
    sharded.close();
    pools.close();
    server.close();
  }

  /** As the stores of accounts and sessions do it. */
  @Benchmark
  public String throughShardingSphere(ProcessorTime time) throws SQLException {
    time.count();
    return select(sharded, next());
  }

  /** As the stores of roles do it. */
  @Benchmark
  public String overThePoolOfTheShard(ProcessorTime time) throws SQLException {
    time.count();
    UserId user = next();
    return select(pools.of(user.shard()), user);
  }

  /** The second one with an account open. */
  @Benchmark
  public String overThePoolCounted(ProcessorTime time) throws SQLException {
    time.count();
    try (ShardVisits _ = ShardVisits.open()) {
      UserId user = next();
      return select(pools.of(user.shard()), user);
    }
  }

  private UserId next() {
    return user(new Shard(turn.getAndIncrement() & 31));
  }

  private static String select(DataSource source, UserId user) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(SELECT)) {
      statement.setLong(1, user.value());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getString(2);
      }
    }
  }
}
