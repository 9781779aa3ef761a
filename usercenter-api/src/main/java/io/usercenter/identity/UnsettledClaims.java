package io.usercenter.identity;

import io.usercenter.platform.ShardRounds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Settles changes that were interrupted, and forgets names whose time is over. Every instance does
 * it; two that meet do no harm.
 */
final class UnsettledClaims {
  private static final Logger log = LoggerFactory.getLogger(UnsettledClaims.class);
  private static final int AT_ONCE = 100;

  private final ShardRounds rounds;
  private final IdentityStore store;
  private final Linking linking;
  private final InstantSource clock;

  UnsettledClaims(ShardRounds rounds, IdentityStore store, Linking linking, InstantSource clock) {
    this.rounds = rounds;
    this.store = store;
    this.linking = linking;
    this.clock = clock;
  }

  /** One round over all shards. */
  @Scheduled(
      fixedDelayString = "${usercenter.identities.sweep-interval:30s}",
      initialDelayString = "${usercenter.identities.sweep-interval:30s}")
  void sweep() {
    List<Claim> overdue = new ArrayList<>();
    rounds.go(
        "looking for interrupted changes of identities",
        (shard, connection) -> read(connection, overdue));
    for (Claim claim : overdue) {
      try {
        end(claim);
      } catch (DataAccessException e) { // the account's shard may be away; the others go on
        log.warn(
            "an identity of user {} waits for the next round: {}", claim.owner(), e.toString());
      }
    }
  }

  private void end(Claim claim) {
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

  private void read(Connection connection, List<Claim> overdue) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            ClaimRows.SELECT
                + "WHERE state IN ('RESERVED', 'LEAVING', 'RELEASED') AND until <= ? LIMIT "
                + AT_ONCE)) {
      select.setTimestamp(1, Timestamp.from(clock.instant()));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          overdue.add(ClaimRows.read(row));
        }
      }
    }
  }
}
