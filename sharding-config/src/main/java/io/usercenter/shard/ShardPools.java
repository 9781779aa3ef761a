package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The way to the databases: one pool of connections per MySQL instance, shared by the shards on it.
 * An instance that refuses or hangs is marked down, so that calls for its shards fail within
 * milliseconds, and is taken back by itself once it answers and its shards are in order.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class ShardPools implements AutoCloseable {
  private ShardPools() {}

  /**
   * Starts looking after the instances; returns at once, whether they are up or not.
   *
   * @param migrations brings a shard that comes (back) up to the newest schema before it serves;
   *     null leaves the schemas alone, and a shard without its tables is then refused
   */
  public static ShardPools open(
      DatabaseSettings settings,
      Shards shards,
      @Nullable ShardMigrations migrations,
      InstantSource clock) {
    throw new UnsupportedOperationException();
  }

  /**
   * Waits until every shard is known to be up, down or refused.
   *
   * @return false if that took longer
   */
  public boolean awaitVerdicts(Duration atMost) throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /**
   * Connections to one shard. A connection comes with the shard's database selected; a statement
   * counts into the {@link ShardVisits} that was open at the borrow. {@code getConnection} throws
   * {@link ShardUnavailableException}.
   */
  public DataSource of(Shard shard) {
    throw new UnsupportedOperationException();
  }

  /** The same for queries over all shards: few connections, which requests never wait for. */
  public DataSource scatter(Shard shard) {
    throw new UnsupportedOperationException();
  }

  /** Connections to {@code usercenter_admin}; throws {@link DatabaseUnavailableException}. */
  public DataSource admin() {
    throw new UnsupportedOperationException();
  }

  /** How every shard is now; asks nobody. */
  public ShardHealth health() {
    throw new UnsupportedOperationException();
  }

  /** How busy the pools are now; an instance that is down has none. */
  public List<PoolUsage> usage() {
    throw new UnsupportedOperationException();
  }

  /** Closes all connections, those in use too. */
  @Override
  public void close() {}
}
