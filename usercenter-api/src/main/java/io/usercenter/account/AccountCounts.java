package io.usercenter.account;

import io.usercenter.id.Shard;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.ShardScatter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SortedMap;

/**
 * About how many accounts each shard holds: what InnoDB believes, which it keeps up with every
 * insert and samples anew when a tenth of the rows has changed. Nothing is counted, so it costs the
 * same however many there are; it is wrong by some percent.
 */
public final class AccountCounts {
  private static final String BELIEVED = "EXPLAIN SELECT user_id FROM user";

  private final ShardScatter scatter;

  AccountCounts(ShardPools pools) {
    this.scatter = new ShardScatter(pools, ShardScatter.PATIENCE);
  }

  /** Of the shards that answered. How large a shard is tells nothing of any account. */
  public SortedMap<Shard, Long> estimates() throws InterruptedException {
    return scatter.ask((_, connection) -> in(connection)).answers();
  }

  private static Long in(Connection connection) throws SQLException {
    try (Statement explain = connection.createStatement();
        ResultSet plan = explain.executeQuery(BELIEVED)) {
      plan.next();
      return plan.getLong("rows");
    }
  }
}
