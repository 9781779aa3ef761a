package io.usercenter.session;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * The rule by which a refresh token is traded in. One compare-and-set on the generation decides
 * between all who come at once; who loses it finds the same successor.
 *
 * <p>How late somebody comes counts from when his request arrived, not from when it is looked at:
 * an instance that stood still in between must not take its own delay for a theft. A request that
 * was there before the generation that is good now was made accuses nobody, however old its token
 * is: its client has asked again elsewhere.
 */
final class Rotation {
  private final Generations sessions;
  private final SessionSettings settings;
  private final InstantSource clock;

  Rotation(Generations sessions, SessionSettings settings, InstantSource clock) {
    this.sessions = sessions;
    this.settings = settings;
    this.clock = clock;
  }

  /** What came of it. */
  sealed interface Outcome {
    /**
     * The next generation is good.
     *
     * @param state as it was before
     * @param expiresAt when the session ends if nobody refreshes again
     */
    record Rotated(SessionMapper.State state, Instant expiresAt) implements Outcome {}

    /** There is no such session, or no such generation of it yet; or the request is outdated. */
    record Unknown() implements Outcome {}

    /**
     * The session is over.
     *
     * @param reason as {@link Session#endReason()}, or {@code EXPIRED}
     */
    record Ended(String reason) implements Outcome {}

    /**
     * The token was traded in before.
     *
     * @param generation the one that is good
     * @param since its birth, until the request came
     */
    record Replayed(int generation, Duration since) implements Outcome {}
  }

  /**
   * Trades a token in.
   *
   * @param arrived when the request came
   */
  Outcome trade(RefreshToken token, Instant arrived) {
    return sessions
        .state(token.userId(), token.sessionId().value())
        .map(state -> trade(token, arrived, state))
        .orElseGet(Outcome.Unknown::new);
  }

  /**
   * The same for a session that was just read.
   *
   * @param state which may be outdated by now: then it is read again
   */
  Outcome trade(RefreshToken token, Instant arrived, SessionMapper.State state) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS); // what DATETIME(3) keeps
    if (state.revokeReason() != null) {
      return new Outcome.Ended(state.revokeReason());
    }
    Instant expiresAt = expiry(state.createdAt(), now);
    if (!state.expiresAt().isAfter(now) || !expiresAt.isAfter(now)) {
      return new Outcome.Ended("EXPIRED");
    }
    if (token.generation() > state.generation()) {
      return new Outcome.Unknown(); // of a future that this shard does not know: it was set back
    }
    if (token.generation() == state.generation()) {
      int changed =
          sessions.rotate(
              token.userId(), token.sessionId().value(), token.generation(), now, expiresAt);
      // Somebody else was faster: what he made is there now, and is the same.
      return changed == 1 ? new Outcome.Rotated(state, expiresAt) : trade(token, arrived);
    }
    Duration since = Duration.between(state.rotatedAt(), arrived);
    boolean previous = token.generation() == state.generation() - 1;
    if (previous && since.compareTo(settings.replayWindow()) <= 0) {
      return new Outcome.Rotated(state, state.expiresAt());
    }
    return since.isNegative()
        ? new Outcome.Unknown()
        : new Outcome.Replayed(state.generation(), since);
  }

  /** When a session ends that was opened then and is used now. */
  Instant expiry(Instant createdAt, Instant now) {
    Instant sliding = now.plus(settings.refreshLife());
    Instant absolute = createdAt.plus(settings.absoluteLife());
    return sliding.isBefore(absolute) ? sliding : absolute;
  }
}
