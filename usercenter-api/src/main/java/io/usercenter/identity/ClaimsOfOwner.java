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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the rows of identities that name an account, in whatever shard they are. Goes to the pools
 * of all shards, so it is for what happens once in the life of an account.
 */
final class ClaimsOfOwner {
  private static final Logger log = LoggerFactory.getLogger(ClaimsOfOwner.class);

  private final ShardPools pools;

  ClaimsOfOwner(ShardPools pools) {
    this.pools = pools;
  }

  /**
   * What was found.
   *
   * @param everywhere false when a shard is away: then it may have more
   */
  record Found(List<Claim> claims, boolean everywhere) {}

  Found of(UserId owner) {
    List<Claim> claims = new ArrayList<>();
    boolean everywhere = true;
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
      } catch (SQLException e) { // the other shards have their turn
        log.warn("looking for identities of user {} in shard {}: {}", owner, shard, e.toString());
        everywhere = false;
      }
    }
    return new Found(claims, everywhere);
  }
}
