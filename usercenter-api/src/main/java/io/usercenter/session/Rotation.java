package io.usercenter.session;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * The rule by which a refresh token is traded in. The token of a generation is always the same, so
 * all who come at once get the same successor, whoever writes the row.
 *
 * <p>The row is written a moment after the answer, unless it is one generation behind already: so a
 * row is behind by one at most, and the token that is one ahead, which nobody but this service can
 * make, proves what the row does not say yet (ADR 17).
 *
 * <p>How late somebody comes counts from when his request arrived, not from when it is looked at:
 * an instance that stood still in between must not take its own delay for a theft. A request that
 * was there before the generation that is good now was made accuses nobody, however old its token
 * is: its client has asked again elsewhere.
 */
final class Rotation {
  /** By which part of its life a session may end earlier when a note of its refresh gets lost. */
  private static final int UNWRITTEN_PART = 50;

  private final Generations sessions;
  private final RotationNotes notes;
  private final SessionSettings settings;
  private final InstantSource clock;

  Rotation(
      Generations sessions, RotationNotes notes, SessionSettings settings, InstantSource clock) {
    this.sessions = sessions;
    this.notes = notes;
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
    int ahead = token.generation() - state.generation();
    if (ahead > 1) {
      return new Outcome.Unknown(); // of a future that this shard does not know: it was set back
    }
    if (ahead >= 0) {
      if (ahead == 0 && mayBeWrittenLater(token, state, now, expiresAt)) {
        return new Outcome.Rotated(state, expiresAt);
      }
      int changed =
          sessions.rotate(
              token.userId(),
              token.sessionId().value(),
              state.generation(),
              token.generation() + 1,
              now,
              expiresAt);
      // Somebody else was faster: what he made is there now, and is the same.
      return changed == 1 ? new Outcome.Rotated(state, expiresAt) : trade(token, arrived);
    }
    Duration since = Duration.between(state.rotatedAt(), arrived);
    boolean previous = ahead == -1;
    if (previous && since.compareTo(settings.replayWindow()) <= 0) {
      return new Outcome.Rotated(state, state.expiresAt());
    }
    return since.isNegative()
        ? new Outcome.Unknown()
        : new Outcome.Replayed(state.generation(), since);
  }

  /**
   * Takes a note, where it does no harm when that gets lost: when the row still says when the
   * session ends, closely enough.
   */
  private boolean mayBeWrittenLater(
      RefreshToken token, SessionMapper.State state, Instant now, Instant expiresAt) {
    Duration extended = Duration.between(state.expiresAt(), expiresAt);
    return settings.refreshesWrittenLater()
        && extended.compareTo(settings.refreshLife().dividedBy(UNWRITTEN_PART)) <= 0
        && notes.add(
            new RotationNotes.Note(
                token.userId(), token.sessionId().value(), token.generation(), now, expiresAt));
  }

  /** When a session ends that was opened then and is used now. */
  Instant expiry(Instant createdAt, Instant now) {
    Instant sliding = now.plus(settings.refreshLife());
    Instant absolute = createdAt.plus(settings.absoluteLife());
    return sliding.isBefore(absolute) ? sliding : absolute;
  }
}
