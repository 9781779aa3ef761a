package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * Reads {@code shard_meta} and refuses a database that is another shard or was filled by another
 * gene function: accounts in it could not be found.
 */
public final class ShardMetaCheck {
  /** ER_NO_SUCH_TABLE. */
  private static final int NO_SUCH_TABLE = 1146;

  private final Shards shards;

  public ShardMetaCheck(Shards shards) {
    this.shards = shards;
  }

  /**
   * Why the database that this connection has selected must not serve as the shard; empty if it
   * may.
   *
   * @throws SQLException if it could not be read
   */
  public Optional<String> refusal(Connection connection, Shard shard) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT shard, gene_function FROM shard_meta")) {
      if (!row.next()) {
        return Optional.of("its shard_meta is empty");
      }
      int found = row.getInt(1);
      if (found != shard.number()) {
        return Optional.of("its shard_meta says that it is shard " + found);
      }
      String function = row.getString(2);
      String wanted = shards.geneFunction().id();
      return wanted.equals(function)
          ? Optional.empty()
          : Optional.of(
              "it was filled by gene function " + function + ", this process uses " + wanted);
    } catch (SQLException e) {
      if (e.getErrorCode() == NO_SUCH_TABLE) {
        return Optional.of("it has no shard_meta table: it was never migrated");
      }
      throw e;
    }
  }
}
