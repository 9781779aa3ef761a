package io.usercenter.ban;

import io.usercenter.id.UserId;
import io.usercenter.scope.Condition;
import io.usercenter.shard.ShardPools;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.springframework.dao.TransientDataAccessResourceException;

/**
 * Finds a ban by its id alone. Goes to the pool of the shard, because the tables are sharded by
 * user id for ShardingSphere, which does not know that a ban id has the same gene.
 */
final class BanOwners {
  private final ShardPools pools;

  BanOwners(ShardPools pools) {
    this.pools = pools;
  }

  Optional<UserId> of(Condition scope, BanId ban) {
    try (Connection connection = pools.of(new UserId(ban.value()).shard()).getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT b.user_id FROM ban b WHERE b.ban_id = ? AND " + scope.sql())) {
      select.setLong(1, ban.value());
      var _ = scope.bind(select, 2);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(new UserId(row.getLong(1))) : Optional.empty();
      }
    } catch (SQLException e) {
      throw new TransientDataAccessResourceException("looking for ban " + ban, e);
    }
  }
}
