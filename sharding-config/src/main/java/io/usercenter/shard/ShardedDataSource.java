package io.usercenter.shard;

import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * ShardingSphere-JDBC over the 32 shards. A statement that names its user, by id or by username,
 * goes to one shard; writing without naming one is refused.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class ShardedDataSource {
  private ShardedDataSource() {}

  /**
   * Over the pools for requests. Comes up whichever shards are down, if at least one is up.
   *
   * @throws SQLException if no shard at all is up
   */
  public static DataSource create(ShardPools pools, Shards shards) throws SQLException {
    throw new UnsupportedOperationException();
  }

  /** The same over the pools for operators' queries, which may go to all shards at once. */
  public static DataSource createScatter(ShardPools pools, Shards shards) throws SQLException {
    throw new UnsupportedOperationException();
  }
}
