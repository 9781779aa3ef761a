package io.usercenter.rolesync;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.id.Shard;
import io.usercenter.role.RoleFeeds;
import io.usercenter.role.RoleOutcome.Rejection;
import io.usercenter.role.RoleStore;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.scope.Scope;
import io.usercenter.shard.Shards;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.redisson.client.RedisException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be done now and then, whichever listener does it: giving parked characters to players
 * who have appeared, giving up those of others, looking for events that never came, and hearing of
 * paused streams. A shard that is away is left for the next round.
 */
final class Upkeep {
  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
  private static final Duration GAPS_EVERY = Duration.ofSeconds(30);
  private static final Duration EXPIRE_EVERY = Duration.ofMinutes(1);

  /** Events that are on their way look like missing ones. */
  private static final Duration GAP_AFTER = Duration.ofMinutes(1);

  private static final int FEED_DAYS = 30;

  private final RoleStore store;
  private final RoleFeeds feeds;
  private final RejectedRoleEvents rejections;
  private final StreamPauses pauses;
  private final RoleSyncMeters meters;
  private final RoleSyncProperties settings;
  private final InstantSource clock;
  private final StopSignal stop;

  private Instant gapsAt = Instant.MIN;
  private Instant expireAt = Instant.MIN;
  private boolean gapsBefore;
  private volatile double parked = Double.NaN;
  private volatile double missing = Double.NaN;

  Upkeep(
      RoleStore store,
      RoleFeeds feeds,
      RejectedRoleEvents rejections,
      StreamPauses pauses,
      RoleSyncMeters meters,
      RoleSyncProperties settings,
      InstantSource clock,
      StopSignal stop,
      MeterRegistry registry) {
    this.store = store;
    this.feeds = feeds;
    this.rejections = rejections;
    this.pauses = pauses;
    this.meters = meters;
    this.settings = settings;
    this.clock = clock;
    this.stop = stop;
    Gauge.builder("uc.role.sync.parked", () -> parked)
        .description("characters that wait for their player; NaN until they were counted")
        .register(registry);
    Gauge.builder("uc.role.sync.missing", () -> missing)
        .description(
            "numbered events that never came although later ones did a minute ago; NaN until"
                + " looked")
        .register(registry);
  }

  /** Until it is told to stop. */
  void run() {
    try {
      while (!stop.given()) {
        try {
          round();
        } catch (RedisException e) {
          log.debug("upkeep waits for Redis: {}", e.getMessage());
        } catch (RuntimeException e) {
          log.error("upkeep failed, the next round will try again", e);
        }
        stop.waitFor(settings.upkeepEvery());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round() throws InterruptedException {
    try {
      pauses.refresh();
    } catch (SQLException e) {
      log.debug("paused streams are as before: {}", e.getMessage());
    }
    Instant now = clock.instant();
    boolean expires = !now.isBefore(expireAt);
    long count = 0;
    for (Shard shard : Shards.all()) {
      if (stop.given()) {
        return;
      }
      try {
        count += ofShard(shard, now, expires);
      } catch (SQLException e) {
        log.debug("upkeep of shard {} waits: {}", shard, e.getMessage());
      }
    }
    parked = count;
    if (expires) {
      expireAt = now.plus(EXPIRE_EVERY);
    }
    if (!now.isBefore(gapsAt)) {
      lookForGaps();
      gapsAt = now.plus(GAPS_EVERY);
    }
  }

  /** Returns how many are still parked. */
  private long ofShard(Shard shard, Instant now, boolean expires) throws SQLException {
    long left = store.parked(shard);
    if (left > 0) {
      for (int some = store.adopt(shard); some > 0; some = store.adopt(shard)) {
        log.info("shard {}: {} parked characters have found their players", shard, some);
        meters.countAdopted(some);
        left -= some;
      }
    }
    if (expires) {
      left -= store.expire(shard, now.minus(settings.parkFor()), this::giveUp);
      forgetFeeds(shard);
    }
    return Math.max(0, left);
  }

  private void forgetFeeds(Shard shard) {
    try {
      feeds.forget(shard, FEED_DAYS);
    } catch (SQLException e) { // maybe another shard is away, which does not concern this one
      log.debug("silent publishers of shard {} are forgotten later: {}", shard, e.getMessage());
    }
  }

  private void giveUp(List<RoleEvent> events) throws SQLException {
    rejections.addParked(
        events,
        Rejection.UNKNOWN_USER,
        "no account with this id appeared within " + settings.parkFor());
    meters.countGivenUp(events.size());
  }

  private void lookForGaps() throws InterruptedException {
    RoleFeeds.Gaps gaps = feeds.gaps(Scope.EVERYTHING, GAP_AFTER);
    missing = gaps.gaps().stream().mapToLong(RoleFeeds.Gap::missing).sum();
    if (!gaps.gaps().isEmpty() && !gapsBefore) {
      RoleFeeds.Gap first = gaps.gaps().getFirst();
      log.warn(
          "role events are missing: {} of server {} for shard {} since {}, in all {} in {} feeds;"
              + " have the server reconcile",
          first.missing(),
          first.server(),
          first.shard(),
          first.since(),
          (long) missing,
          gaps.gaps().size());
    }
    gapsBefore = !gaps.gaps().isEmpty();
  }
}
