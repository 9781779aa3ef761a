package io.usercenter.token;

import io.usercenter.id.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the revocation feed. It ends one session, or all tokens of a user below an epoch, or
 * both.
 *
 * @param seq its place in the feed; opaque to everybody but the service
 * @param sessionId the session that ended, or null
 * @param minEpoch every token of the user with a smaller epoch is refused, or null
 * @param at when it was decided, by the service's clock
 */
public record Revocation(
    String seq,
    UserId userId,
    @Nullable Long sessionId,
    @Nullable Integer minEpoch,
    RevocationReason reason,
    Instant at)
    implements News {
  public Revocation {
    if (sessionId == null && minEpoch == null) {
      throw new IllegalArgumentException("a revocation needs a session or an epoch");
    }
  }

  /** One session ended. */
  public static Revocation ofSession(
      String seq, UserId userId, long sessionId, RevocationReason reason, Instant at) {
    return new Revocation(seq, userId, sessionId, null, reason, at);
  }

  /** All tokens of the user below {@code minEpoch} ended. */
  public static Revocation ofEpoch(
      String seq, UserId userId, int minEpoch, RevocationReason reason, Instant at) {
    return new Revocation(seq, userId, null, minEpoch, reason, at);
  }
}
