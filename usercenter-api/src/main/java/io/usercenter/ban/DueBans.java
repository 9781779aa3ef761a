package io.usercenter.ban;

import io.usercenter.id.UserId;
import io.usercenter.platform.ShardRounds;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Timestamp;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Ends the sessions of players whose ban has begun. Every instance looks; the row of the ban
 * decides which of them does it. A login, a refresh and a check over HTTP ask the ban itself and do
 * not wait for this.
 */
final class DueBans {
  private static final Logger log = LoggerFactory.getLogger(DueBans.class);
  private static final int BATCH = 200;

  private final ShardRounds rounds;
  private final Bans bans;
  private final InstantSource clock;

  DueBans(ShardRounds rounds, Bans bans, InstantSource clock) {
    this.rounds = rounds;
    this.bans = bans;
    this.clock = clock;
  }

  @Scheduled(fixedDelay = 1000)
  void look() {
    List<Due> due = new ArrayList<>();
    rounds.go(
        "looking for bans that begin",
        (shard, connection) -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT user_id, ban_id FROM ban WHERE kicks_at <= ? ORDER BY kicks_at LIMIT "
                      + BATCH)) {
            select.setTimestamp(1, Timestamp.from(clock.instant()));
            try (ResultSet rows = select.executeQuery()) {
              while (rows.next()) {
                due.add(new Due(new UserId(rows.getLong(1)), new BanId(rows.getLong(2))));
              }
            }
          }
        });
    int waiting = 0;
    RuntimeException last = null;
    for (Due ban : due) {
      try {
        bans.kick(ban.user(), ban.id());
      } catch (RuntimeException e) { // a shard is away or cannot write; the others have their turn
        waiting++;
        last = e;
      }
    }
    if (last != null) {
      log.warn(
          "{} banned players keep their sessions until the next round: {}",
          waiting,
          last.toString());
    }
  }

  private record Due(UserId user, BanId id) {}
}
