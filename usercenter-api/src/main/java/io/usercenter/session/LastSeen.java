package io.usercenter.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.activity.Activity;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.shard.ShardPools;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Notes in the shards when sessions were last used. Whoever checks a token only leaves a note in
 * memory, one for each session and interval; a thread of the background writes them, a shard at a
 * time. It tells people when a session was used and decides which one is the oldest; notes that get
 * lost with a process or a shard that is away are not missed.
 */
final class LastSeen implements DisposableBean {
  /** About 100 bytes each. More in one round are dropped, and noted when they come again. */
  private static final int NOTES = 100_000;

  private static final int REMEMBERED = 500_000;
  private static final int BATCH = 500;
  private static final Logger log = LoggerFactory.getLogger(LastSeen.class);

  private final ShardPools pools;
  private final InstantSource clock;
  private final Activity activity;
  private final Counter written;
  private final Counter dropped;

  /** Sessions that were noted in this interval. */
  private final Cache<Key, Boolean> lately;

  private final Map<Key, Instant> notes = new ConcurrentHashMap<>();

  LastSeen(
      ShardPools pools,
      InstantSource clock,
      Duration interval,
      Activity activity,
      MeterRegistry meters) {
    this.pools = pools;
    this.clock = clock;
    this.activity = activity;
    this.lately =
        Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterWrite(interval)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .build();
    this.written =
        Counter.builder("uc.sessions.seen.written")
            .description("sessions whose last use was written")
            .register(meters);
    this.dropped =
        Counter.builder("uc.sessions.seen.dropped")
            .description("uses of sessions that were not noted, or not written")
            .register(meters);
  }

  /** The session is used now. */
  void note(UserId user, SessionId session) {
    Key key = new Key(user, session);
    if (lately.getIfPresent(key) != null) {
      return;
    }
    activity.seen(user);
    if (notes.size() < NOTES) {
      lately.put(key, true);
      notes.put(key, clock.instant());
    } else {
      dropped.increment();
    }
  }

  /** The player got tokens, which his session says by itself. */
  void noteOnline(UserId user) {
    activity.seen(user);
  }

  @Scheduled(fixedDelay = 5000)
  void write() {
    Map<Shard, List<Seen>> byShard = new TreeMap<>();
    notes.forEach(
        (key, at) -> {
          if (notes.remove(key, at)) {
            byShard
                .computeIfAbsent(key.user().shard(), shard -> new ArrayList<>())
                .add(new Seen(key, at));
          }
        });
    byShard.forEach(this::write);
  }

  private void write(Shard shard, List<Seen> seen) {
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE session SET last_used_at = ?
                WHERE user_id = ? AND session_id = ? AND last_used_at < ? AND revoked_at IS NULL
                """)) {
      for (int from = 0; from < seen.size(); from += BATCH) {
        List<Seen> batch = seen.subList(from, Math.min(seen.size(), from + BATCH));
        for (Seen one : batch) {
          Timestamp at = Timestamp.from(one.at());
          update.setTimestamp(1, at);
          update.setLong(2, one.key().user().value());
          update.setLong(3, one.key().session().value());
          update.setTimestamp(4, at);
          update.addBatch();
        }
        update.executeBatch();
        written.increment(batch.size());
      }
    } catch (SQLException e) {
      dropped.increment(seen.size());
      log.debug("the last use of {} sessions of shard {} is not noted", seen.size(), shard, e);
    }
  }

  @Override
  public void destroy() {
    write();
  }

  private record Key(UserId user, SessionId session) {}

  private record Seen(Key key, Instant at) {}
}
