package io.usercenter.deletion;

import io.usercenter.account.Accounts;
import io.usercenter.ban.Bans;
import io.usercenter.id.UserId;
import io.usercenter.identity.Identities;
import io.usercenter.platform.PersonalData;
import io.usercenter.platform.ShardRounds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Erases accounts whose time is over.
 *
 * <pre>
 *   PENDING_DELETION  -->  ERASING: nobody finds it  -->  every module removes its part  -->  ERASED
 * </pre>
 *
 * The row of the account is the memory of how far that is, and goes last. Every step may be done
 * twice, so whoever dies leaves work that any instance begins anew; a shard that is away, or Redis,
 * makes it wait. Two instances that meet do no harm.
 */
final class Erasures {
  private static final Logger log = LoggerFactory.getLogger(Erasures.class);
  private static final int AT_ONCE = 100;

  /** Longer than any request that read the account before can go on. */
  private static final Duration GET_THROUGH = Duration.ofMinutes(1);

  private final ShardRounds rounds;
  private final Accounts accounts;
  private final Bans bans;
  private final Identities identities;
  private final List<PersonalData> data;
  private final InstantSource clock;

  Erasures(
      ShardRounds rounds,
      Accounts accounts,
      Bans bans,
      Identities identities,
      List<PersonalData> data,
      InstantSource clock) {
    this.rounds = rounds;
    this.accounts = accounts;
    this.bans = bans;
    this.identities = identities;
    this.data = data;
    this.clock = clock;
  }

  /** One round over all shards. */
  @Scheduled(
      fixedDelayString = "${usercenter.deletion.sweep-interval:1m}",
      initialDelayString = "${usercenter.deletion.sweep-interval:1m}")
  void sweep() {
    List<UserId> due = new ArrayList<>();
    rounds.go("looking for accounts to erase", (shard, connection) -> read(connection, due));
    for (UserId user : due) {
      try {
        erase(user);
      } catch (RuntimeException e) { // a database is away; the other accounts have their turn
        log.warn("erasing user {} waits for the next round: {}", user, e.toString());
      }
    }
  }

  private void read(Connection connection, List<UserId> due) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT user_id FROM user WHERE erase_after <= ? ORDER BY erase_after LIMIT "
                + AT_ONCE)) {
      select.setTimestamp(1, Timestamp.from(clock.instant()));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          due.add(new UserId(row.getLong(1)));
        }
      }
    }
  }

  /** Goes on with an account as far as it gets; leaves one alone that is to stay by now. */
  void erase(UserId user) {
    if (accounts.beginErasing(user, clock.instant().plus(GET_THROUGH))) {
      return;
    }
    if (!accounts.mayGoOnErasing(user)) {
      return; // it was restored since it was read, or another instance has just begun, or ended
    }
    // Before the identities go: whoever finds one free must find what it is withheld for.
    bans.standingOnAccount(user).ifPresent(ban -> identities.withhold(user, ban.until()));
    for (PersonalData part : data) {
      if (!part.erase(user)) {
        log.info("erasing {} of user {} waits for the next round", part.section(), user);
        return;
      }
    }
    accounts.endErasing(user);
    log.info("user {} is erased", user);
  }
}
