package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Reads {@code shard_meta} and refuses a database that is another shard or was filled by another
 * gene function: accounts in it could not be found.
 */
public final class ShardMetaCheck {
  private final Shards shards;

  public ShardMetaCheck(Shards shards) {
    this.shards = shards;
  }

  /**
   * Why the database that this connection has selected must not serve as the shard; empty if it
   * may.
   *
   * @throws SQLException if it could not be read for a reason that says nothing about the database
   */
  public Optional<String> refusal(Connection connection, Shard shard) throws SQLException {
    throw new UnsupportedOperationException(shards.toString());
  }
}
