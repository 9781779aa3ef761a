package io.usercenter.identity;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.dao.TransientDataAccessResourceException;

/**
 * Finds the rows of identities that name an account, in whatever shard they are. Goes to the pools
 * of all shards, so it is for what happens once in the life of an account.
 */
final class ClaimsOfOwner {
  private final ShardPools pools;

  ClaimsOfOwner(ShardPools pools) {
    this.pools = pools;
  }

  /**
   * @throws TransientDataAccessResourceException if a shard is away: then nobody knows
   */
  List<Claim> of(UserId owner) {
    List<Claim> claims = new ArrayList<>();
    for (Shard shard : Shards.all()) {
      try (Connection connection = pools.of(shard).getConnection();
          PreparedStatement select =
              connection.prepareStatement(ClaimRows.SELECT + "WHERE owner_id = ?")) {
        select.setLong(1, owner.value());
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            claims.add(ClaimRows.read(row));
          }
        }
      } catch (SQLException e) {
        throw new TransientDataAccessResourceException(
            "looking for identities of user " + owner + " in shard " + shard, e);
      }
    }
    return claims;
  }
}
