package io.usercenter.token;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is revoked, for as long as a revoked token could still be in time. Thread safe; a check
 * takes no lock.
 *
 * <p>Memory is bounded: when it is full the oldest entries are dropped, and from then on every
 * token issued before the youngest of those is refused with {@link RejectionReason#NEWS_TOO_OLD}.
 * Nothing that was revoked is ever accepted for lack of room; the others cure it by a refresh.
 */
public final class Revocations {
  /** About 100 MB when full; an entry costs about 100 bytes and memory is taken as needed. */
  public static final int DEFAULT_CAPACITY = 1_000_000;

  private static final int FIRST_FILTER = 1_000;

  private final Duration remember;
  private final int capacity;
  private final InstantSource clock;

  private final Map<Long, Ended> sessions = new ConcurrentHashMap<>();
  private final Map<Long, Ended> users = new ConcurrentHashMap<>();
  private volatile SeenFilter filter = new SeenFilter(FIRST_FILTER);
  private volatile long refusedUpToSecond = Long.MIN_VALUE;

  /** In the order in which they may be forgotten. Guarded by this. */
  private final ArrayDeque<Ended> oldestFirst = new ArrayDeque<>();

  /**
   * One thing that ended.
   *
   * @param sessionId 0: all sessions of the user below {@code minEpoch}
   * @param minEpoch 0 for one session
   */
  record Ended(
      long userId,
      long sessionId,
      int minEpoch,
      RejectionReason reason,
      Instant at,
      Instant until) {
    private boolean wholeUser() {
      return sessionId == 0;
    }

    private long id() {
      return wholeUser() ? userId : sessionId;
    }
  }

  /**
   * @param longestTokenLife how long an access token can be good, leeway of the verifiers included
   * @param capacity the most entries held, at least 1
   */
  public Revocations(Duration longestTokenLife, int capacity, InstantSource clock) {
    if (longestTokenLife.isNegative() || longestTokenLife.isZero()) {
      throw new IllegalArgumentException(
          "longest token life must be positive, was " + longestTokenLife);
    }
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, was " + capacity);
    }
    this.remember = longestTokenLife;
    this.capacity = capacity;
    this.clock = clock;
  }

  /** Notes a revocation. Noting it again, or in another order, changes nothing. */
  public synchronized void add(Revocation revocation) {
    Instant now = clock.instant();
    forgetExpired(now);
    // Whichever clock is ahead: a token issued just before the decision must find it until it ends.
    // But a date far off, by mistake, must not stay for ever.
    Instant farthest = now.plus(remember);
    Instant at = revocation.at().isAfter(farthest) ? farthest : revocation.at();
    Instant until = (at.isAfter(now) ? at : now).plus(remember);
    long user = revocation.userId().value();
    Long session = revocation.sessionId();
    if (session != null) {
      note(new Ended(user, session, 0, revocation.reason().ofSession(), at, until));
    }
    Integer minEpoch = revocation.minEpoch();
    if (minEpoch != null) {
      note(new Ended(user, 0, minEpoch, revocation.reason().ofEpoch(), at, until));
    }
  }

  private void note(Ended ended) {
    Map<Long, Ended> map = ended.wholeUser() ? users : sessions;
    Ended known = map.get(ended.id());
    if (known != null && known.minEpoch() >= ended.minEpoch()) {
      return;
    }
    oldestFirst.addLast(ended);
    addToFilter(ended); // before the map: the filter must never deny what is in there
    map.put(ended.id(), ended);
    while (oldestFirst.size() > capacity) {
      Ended dropped = oldestFirst.removeFirst();
      forget(dropped);
      refusedUpToSecond = Math.max(refusedUpToSecond, dropped.at().getEpochSecond());
    }
  }

  private void addToFilter(Ended ended) {
    if (!filter.hasRoom()) {
      // Without the keys that were forgotten meanwhile, and with room to double.
      SeenFilter fresh = new SeenFilter(2 * oldestFirst.size());
      oldestFirst.forEach(known -> fresh.add(known.userId()));
      filter = fresh;
    } else {
      filter.add(ended.userId());
    }
  }

  private void forgetExpired(Instant now) {
    Ended first = oldestFirst.peekFirst();
    while (first != null && !first.until().isAfter(now)) {
      forget(requireNonNull(oldestFirst.pollFirst()));
      first = oldestFirst.peekFirst();
    }
  }

  private void forget(Ended ended) {
    // Only this entry, not a younger one for the same user.
    (ended.wholeUser() ? users : sessions).remove(ended.id(), ended);
  }

  /** Why the token is refused, or null if nothing is known against it. */
  public @Nullable RejectionReason check(AccessToken token) {
    return check(
        token.userId().value(),
        token.sessionId(),
        token.epoch(),
        token.issuedAt().getEpochSecond());
  }

  /** The same of a token that was taken apart before. */
  @Nullable RejectionReason check(long userId, long sessionId, int epoch, long issuedSecond) {
    if (mayHave(userId)) {
      Ended session = sessions.get(sessionId);
      if (session != null) {
        return session.reason();
      }
      Ended user = users.get(userId);
      if (user != null && epoch < user.minEpoch()) {
        return user.reason();
      }
    }
    return forgotten(issuedSecond);
  }

  /** Why the ticket is refused, or null if nothing is known against it. */
  public @Nullable RejectionReason check(ServerTicket ticket) {
    return check(ticket, mayHave(ticket.userId().value()));
  }

  /**
   * The same.
   *
   * @param mayHave what {@link #mayHave} said of the user
   */
  @Nullable RejectionReason check(ServerTicket ticket, boolean mayHave) {
    if (mayHave) {
      Ended session = sessions.get(ticket.sessionId());
      if (session != null) {
        return session.reason();
      }
      Ended user = users.get(ticket.userId().value());
      if (user != null) {
        // Serial numbers (RFC 1982): in its short life an epoch does not rise by half the circle.
        int behind = (user.minEpoch() - ticket.epoch()) & (ServerTicket.EPOCHS - 1);
        if (behind > 0 && behind < ServerTicket.EPOCHS / 2) {
          return user.reason();
        }
      }
    }
    return forgotten(ticket.issuedAt().getEpochSecond());
  }

  /**
   * Whether anything of this user may have ended, a session or more. Asked ahead of dearer work,
   * the memory it looks at has come by the time the work is done.
   */
  boolean mayHave(long userId) {
    return filter.mayHave(userId);
  }

  private @Nullable RejectionReason forgotten(long issuedSecond) {
    return issuedSecond <= refusedUpToSecond ? RejectionReason.NEWS_TOO_OLD : null;
  }

  /**
   * All that is known now, the oldest first.
   *
   * @param refusedUpToSecond every token issued until then is refused; {@link Long#MIN_VALUE} while
   *     nothing had to be dropped
   */
  record Known(List<Ended> ended, long refusedUpToSecond) {}

  synchronized Known known() {
    return new Known(List.copyOf(oldestFirst), refusedUpToSecond);
  }

  /** Knows it again, after a restart; what has come meanwhile stays. */
  synchronized void restore(Known before) {
    Instant now = clock.instant();
    before.ended().stream().filter(ended -> ended.until().isAfter(now)).forEach(this::note);
    refusedUpToSecond = Math.max(refusedUpToSecond, before.refusedUpToSecond());
  }

  /** How many entries are held, expired ones that were not yet swept included. */
  public synchronized int size() {
    return oldestFirst.size();
  }
}
