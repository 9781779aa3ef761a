package io.usercenter.session;

import io.usercenter.id.UserId;
import io.usercenter.token.Revocation;
import io.usercenter.token.RevocationReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A revocation on its way from the shard where it was decided into the feed; the JSON in {@code
 * outbox.payload} and in the Redis stream.
 *
 * @param userId decimal
 * @param sessionId decimal; null when all sessions of the user ended
 * @param minEpoch tokens with a smaller epoch are refused; null when one session ended
 * @param at RFC 3339
 */
record Fact(
    String userId,
    @Nullable String sessionId,
    @Nullable Integer minEpoch,
    String reason,
    String at) {

  static Fact ofSession(UserId user, SessionId session, RevocationReason reason, Instant at) {
    return new Fact(user.toString(), session.toString(), null, reason.name(), at.toString());
  }

  static Fact ofEpoch(UserId user, int minEpoch, RevocationReason reason, Instant at) {
    return new Fact(user.toString(), null, minEpoch, reason.name(), at.toString());
  }

  Revocation at(String seq) {
    return new Revocation(
        seq,
        UserId.parse(userId),
        sessionId == null ? null : SessionId.parse(sessionId).value(),
        minEpoch,
        RevocationReason.parse(reason),
        Instant.parse(at));
  }
}
