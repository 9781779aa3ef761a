package io.usercenter.session;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.usercenter.id.UserId;
import io.usercenter.token.News;
import io.usercenter.token.Revocation;
import io.usercenter.token.RevocationReason;
import io.usercenter.token.WithdrawnKey;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A revocation on its way from the database where it was decided into the feed; the JSON in {@code
 * outbox.payload} and in the Redis stream.
 *
 * @param userId decimal; null for a withdrawn key
 * @param sessionId decimal; null when all sessions of the user ended
 * @param minEpoch tokens with a smaller epoch are refused; null when one session ended
 * @param at RFC 3339
 * @param kid the signing key that is withdrawn, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Fact(
    @Nullable String userId,
    @Nullable String sessionId,
    @Nullable Integer minEpoch,
    String reason,
    String at,
    @Nullable String kid) {

  static Fact ofSession(UserId user, SessionId session, RevocationReason reason, Instant at) {
    return new Fact(user.toString(), session.toString(), null, reason.name(), at.toString(), null);
  }

  static Fact ofEpoch(UserId user, int minEpoch, RevocationReason reason, Instant at) {
    return new Fact(user.toString(), null, minEpoch, reason.name(), at.toString(), null);
  }

  static Fact ofKey(String kid, Instant at) {
    return new Fact(null, null, null, "KEY_COMPROMISED", at.toString(), kid);
  }

  News at(String seq) {
    if (kid != null) {
      return new WithdrawnKey(seq, kid, Instant.parse(at));
    }
    return new Revocation(
        seq,
        UserId.parse(Objects.requireNonNull(userId, "userId")),
        sessionId == null ? null : SessionId.parse(sessionId).value(),
        minEpoch,
        RevocationReason.parse(reason),
        Instant.parse(at));
  }
}
