package io.usercenter.identity;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Settles changes that were interrupted, and forgets names whose time is over. Every instance does
 * it; two that meet do no harm. Goes to the pools, because it looks through whole shards.
 */
final class UnsettledClaims {
  private static final Logger log = LoggerFactory.getLogger(UnsettledClaims.class);
  private static final int AT_ONCE = 100;

  private final ShardPools pools;
  private final IdentityStore store;
  private final Linking linking;
  private final InstantSource clock;

  UnsettledClaims(ShardPools pools, IdentityStore store, Linking linking, InstantSource clock) {
    this.pools = pools;
    this.store = store;
    this.linking = linking;
    this.clock = clock;
  }

  /** One round over all shards. */
  @Scheduled(
      fixedDelayString = "${usercenter.identities.sweep-interval:30s}",
      initialDelayString = "${usercenter.identities.sweep-interval:30s}")
  void sweep() {
    for (Shard shard : Shards.all()) {
      try {
        for (Claim claim : overdue(shard)) {
          if (claim.inQuestion()) {
            linking.settle(claim);
            log.info(
                "settled {} of user {}: its change was interrupted",
                claim.identity().provider(),
                claim.owner());
          } else {
            // By key and not by state: that would lock the rows in another order than changes do.
            store.remove(claim);
          }
        }
      } catch (SQLException | DataAccessException e) {
        log.debug("shard {} was left for the next round", shard, e);
      }
    }
  }

  private List<Claim> overdue(Shard shard) throws SQLException {
    Timestamp now = Timestamp.from(clock.instant());
    try (Connection connection = pools.of(shard).getConnection()) {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT identity_key, owner_id, state, fence, until FROM identity"
                  + " WHERE state IN ('RESERVED', 'LEAVING', 'RELEASED') AND until <= ? LIMIT "
                  + AT_ONCE)) {
        select.setTimestamp(1, now);
        List<Claim> found = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            Instant until = row.getTimestamp("until").toInstant();
            found.add(
                new Claim(
                    new Identity(row.getString("identity_key")),
                    new UserId(row.getLong("owner_id")),
                    Claim.State.valueOf(row.getString("state")),
                    row.getInt("fence"),
                    until));
          }
        }
        return found;
      }
    }
  }
}
