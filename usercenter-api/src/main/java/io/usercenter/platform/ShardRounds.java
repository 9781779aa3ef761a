package io.usercenter.platform;

import io.usercenter.id.Shard;
import io.usercenter.shard.ShardHealth;
import io.usercenter.shard.ShardPools;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work of the background that looks at one shard after the other. One that is away is left out; its
 * work waits for a later round.
 */
public final class ShardRounds {
  private static final Logger log = LoggerFactory.getLogger(ShardRounds.class);

  private final ShardPools pools;

  ShardRounds(ShardPools pools) {
    this.pools = pools;
  }

  /** What to do in each shard. */
  @FunctionalInterface
  public interface Visit {
    /** Runs on a connection to the shard, which is closed afterwards. */
    void to(Shard shard, Connection connection) throws SQLException;
  }

  /**
   * Visits every shard that is up.
   *
   * @param what for the log: what failed in a shard and is tried again in the next round
   */
  public void go(String what, Visit visit) {
    for (ShardHealth.Row row : pools.health().shards()) {
      if (!row.condition().up()) {
        continue;
      }
      try (Connection connection = pools.of(row.shard()).getConnection()) {
        visit.to(row.shard(), connection);
      } catch (SQLException | RuntimeException e) { // the other shards have their turn
        log.warn("shard {}: {} waits for the next round: {}", row.shard(), what, e.toString());
      }
    }
  }
}
