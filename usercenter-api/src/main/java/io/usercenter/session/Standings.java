package io.usercenter.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.usercenter.id.UserId;
import io.usercenter.platform.Caches;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How sessions stand, as their shards said a moment ago. What is asked often is asked once in
 * {@code usercenter.sessions.state-belief}; a change of one session or of one user is heard at
 * once.
 */
final class Standings {
  private static final String KIND = "standing";
  private static final int ENTRIES = 500_000;

  private final SessionMapper mapper;
  private final Caches caches;
  private final InstantSource clock;
  private final Duration belief;
  private final Cache<Key, Standing> bySession;

  /** When a user was last heard to have changed; whatever was read before is not believed. */
  private final Cache<UserId, Instant> changed;

  Standings(SessionMapper mapper, Caches caches, InstantSource clock, Duration belief) {
    this.mapper = mapper;
    this.caches = caches;
    this.clock = clock;
    this.belief = belief;
    this.bySession = Caffeine.newBuilder().maximumSize(ENTRIES).expireAfterWrite(belief).build();
    this.changed = Caffeine.newBuilder().maximumSize(ENTRIES).expireAfterWrite(belief).build();
    caches.onChange(KIND, user -> changed.put(UserId.parse(user), clock.instant()));
  }

  Optional<Standing> of(UserId user, SessionId session) {
    Key key = new Key(user, session);
    Instant asked = clock.instant();
    Standing known = bySession.get(key, this::read);
    if (known != null && isOld(known, user, asked)) {
      bySession.asMap().remove(key, known);
      known = bySession.get(key, this::read);
    }
    return Optional.ofNullable(known);
  }

  /**
   * Whether the user may have changed since. A shard that is slow to answer tells old news: they
   * are as old as the question, whenever the answer came, and whoever waited for it.
   */
  private boolean isOld(Standing known, UserId user, Instant asked) {
    Instant change = changed.getIfPresent(user);
    return known.readAt().plus(belief).isBefore(asked)
        || (change != null && !known.readAt().isAfter(change));
  }

  /** As the shard says now. */
  Optional<Standing> asked(UserId user, SessionId session) {
    Key key = new Key(user, session);
    Standing now = read(key);
    if (now == null) {
      bySession.invalidate(key);
    } else {
      bySession.put(key, now);
    }
    return Optional.ofNullable(now);
  }

  void forget(UserId user, SessionId session) {
    bySession.invalidate(new Key(user, session));
  }

  /** To be called after the commit. */
  void announceChanged(UserId user) {
    changed.put(user, clock.instant());
    caches.announceChange(KIND, user.toString());
  }

  private @Nullable Standing read(Key key) {
    Instant now = clock.instant();
    List<SessionMapper.Standing> rows = mapper.standing(key.user(), key.session().value(), now);
    if (rows.isEmpty()) {
      return null;
    }
    SessionMapper.Standing first = rows.getFirst();
    return new Standing(
        first.revokeReason(),
        first.authEpoch(),
        rows.stream().map(Standings::restriction).flatMap(Optional::stream).toList(),
        now);
  }

  private static Optional<Restriction> restriction(SessionMapper.Standing row) {
    if (row.scope() == null
        || row.target() == null
        || row.reasonCode() == null
        || row.startsAt() == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Restriction(row.scope(), row.target(), row.reasonCode(), row.startsAt(), row.endsAt()));
  }

  /** As in the table: the database proves a session's id unique for its user only. */
  private record Key(UserId user, SessionId session) {}

  /**
   * How a session stood.
   *
   * @param restrictions the bans that were not over, also those that start later
   * @param readAt before the shard was asked
   */
  record Standing(
      @Nullable String revokeReason,
      int authEpoch,
      List<Restriction> restrictions,
      Instant readAt) {}
}
