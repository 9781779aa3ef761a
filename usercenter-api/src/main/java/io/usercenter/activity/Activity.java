package io.usercenter.activity;

import io.usercenter.id.UserId;
import io.usercenter.platform.RandomText;
import io.usercenter.platform.Redis;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Counts what happens by the hour, and who is there. A request only adds to a number in memory; a
 * thread of the background writes the numbers into the admin database every ten seconds, so Redis
 * is not needed for them, and a process that is killed takes ten seconds of its counts with it.
 *
 * <p>Who is there is estimated by a HyperLogLog in Redis, within about one percent; a Redis that
 * lost its memory begins anew, and tells the truth again half an hour later.
 */
public final class Activity implements DisposableBean {
  private static final Logger log = LoggerFactory.getLogger(Activity.class);
  private static final Duration KEPT = Duration.ofDays(8);

  /** An access token lives 15 minutes, so whoever plays is seen once in them. */
  private static final Duration SLOT = Duration.ofMinutes(15);

  /** Players that are noted in one round; who comes later in it comes again. */
  private static final int MOST_SEEN = 100_000;

  private final ActivityMapper mapper;
  private final Redis redis;
  private final InstantSource clock;
  private final String process;

  /** Of the hours that are not wholly written yet. */
  private final Map<Instant, Map<Kind, LongAdder>> hours = new ConcurrentHashMap<>();

  private final Map<Instant, Map<Kind, Long>> written = new HashMap<>();
  private final Set<UserId> seen = ConcurrentHashMap.newKeySet();

  Activity(ActivityMapper mapper, Redis redis, SecureRandom random, InstantSource clock) {
    this.mapper = mapper;
    this.redis = redis;
    this.clock = clock;
    this.process = RandomText.of(random, 12);
  }

  /** What is counted. */
  public enum Kind {
    /** An account that was made, a guest's too. */
    REGISTRATION,
    /** A session that was opened for an account that was there. */
    LOGIN,
    /** A request for either that was not granted, for whatever reason. */
    REFUSAL
  }

  /** It happened once more. */
  public void count(Kind kind) {
    hours
        .computeIfAbsent(thisHour(), _ -> new ConcurrentHashMap<>())
        .computeIfAbsent(kind, _ -> new LongAdder())
        .increment();
  }

  /** The player has shown himself. */
  public void seen(UserId user) {
    if (seen.size() < MOST_SEEN) {
      seen.add(user);
    }
  }

  /**
   * An hour.
   *
   * @param count of all instances
   */
  public record Hour(Instant from, long count) {}

  /** This hour so far and the 23 before, the oldest first; an hour of nothing is 0. */
  public Map<Kind, List<Hour>> lastDay() {
    Instant first = thisHour().minus(23, ChronoUnit.HOURS);
    Map<Kind, Map<Instant, Long>> counts = new EnumMap<>(Kind.class);
    for (ActivityMapper.Row row : mapper.since(first)) {
      counts.computeIfAbsent(row.kind(), _ -> new HashMap<>()).put(row.hour(), row.count());
    }
    Map<Kind, List<Hour>> day = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      List<Hour> row = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        Instant hour = first.plus(i, ChronoUnit.HOURS);
        row.add(new Hour(hour, counts.getOrDefault(kind, Map.of()).getOrDefault(hour, 0L)));
      }
      day.put(kind, List.copyOf(row));
    }
    return day;
  }

  /**
   * About how many players have shown themselves in the last 15 to 30 minutes; empty while Redis is
   * away.
   */
  public OptionalLong online() {
    Instant now = clock.instant();
    return redis
        .ask(
            "who is online",
            client ->
                client
                    .<String>getHyperLogLog(slot(now), StringCodec.INSTANCE)
                    .countWith(slot(now.minus(SLOT))))
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  @Scheduled(fixedDelay = 10_000)
  void write() {
    writeSeen();
    try {
      writeHours();
    } catch (RuntimeException e) { // nothing is lost: the numbers only rise
      log.debug("activity is written later: {}", e.toString());
    }
  }

  private void writeHours() {
    Instant now = thisHour();
    for (Instant hour : List.copyOf(hours.keySet())) {
      Map<Kind, Long> before = written.computeIfAbsent(hour, _ -> new EnumMap<>(Kind.class));
      Map<Kind, LongAdder> counts = hours.getOrDefault(hour, Map.of());
      for (Map.Entry<Kind, LongAdder> each : counts.entrySet()) {
        long count = each.getValue().sum();
        if (count > before.getOrDefault(each.getKey(), 0L)) {
          mapper.put(hour, each.getKey(), process, count);
          before.put(each.getKey(), count);
        }
      }
      // Who took the hour before it ended may still be adding to it.
      if (hour.isBefore(now.minus(1, ChronoUnit.HOURS))) {
        hours.remove(hour);
        written.remove(hour);
        mapper.dropBefore(now.minus(KEPT));
      }
    }
  }

  private void writeSeen() {
    List<String> users = seen.stream().map(UserId::toString).toList();
    if (users.isEmpty()) {
      return;
    }
    String slot = slot(clock.instant());
    boolean told =
        redis.tell(
            "who was seen",
            client -> {
              var log = client.<String>getHyperLogLog(slot, StringCodec.INSTANCE);
              log.addAll(users);
              log.expire(SLOT.multipliedBy(3));
            });
    if (told) {
      users.forEach(user -> seen.remove(UserId.parse(user)));
    }
  }

  /** One slot of a Redis Cluster, because they are counted together. */
  private static String slot(Instant at) {
    return "uc:{online}:" + at.getEpochSecond() / SLOT.toSeconds();
  }

  private Instant thisHour() {
    return clock.instant().truncatedTo(ChronoUnit.HOURS);
  }

  @Override
  public void destroy() {
    write();
  }
}
