package io.usercenter.session;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.usercenter.id.UserId;
import io.usercenter.token.News;
import io.usercenter.token.Revocation;
import io.usercenter.token.RevocationReason;
import io.usercenter.token.WithdrawnKey;
import io.usercenter.token.WithdrawnTicketKey;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A revocation on its way from the database where it was decided into the feed; the JSON in {@code
 * outbox.payload} and in the Redis stream.
 *
 * @param userId decimal; null when it is about a key
 * @param sessionId decimal; null when all sessions of the user ended
 * @param minEpoch tokens with a smaller epoch are refused; null when one session ended
 * @param at RFC 3339
 * @param kid the signing key that is withdrawn, or null
 * @param serverId whose ticket key is withdrawn, or null
 * @param ticketKeyEpoch which of them, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Fact(
    @Nullable String userId,
    @Nullable String sessionId,
    @Nullable Integer minEpoch,
    String reason,
    String at,
    @Nullable String kid,
    @Nullable String serverId,
    @Nullable Integer ticketKeyEpoch) {

  static Fact ofSession(UserId user, SessionId session, RevocationReason reason, Instant at) {
    return ofUser(user, session.toString(), null, reason, at);
  }

  static Fact ofEpoch(UserId user, int minEpoch, RevocationReason reason, Instant at) {
    return ofUser(user, null, minEpoch, reason, at);
  }

  private static Fact ofUser(
      UserId user,
      @Nullable String session,
      @Nullable Integer minEpoch,
      RevocationReason reason,
      Instant at) {
    return new Fact(
        user.toString(), session, minEpoch, reason.name(), at.toString(), null, null, null);
  }

  static Fact ofKey(String kid, Instant at) {
    return new Fact(null, null, null, WithdrawnKey.REASON, at.toString(), kid, null, null);
  }

  static Fact ofTicketKey(String serverId, int epoch, Instant at) {
    return new Fact(
        null, null, null, WithdrawnTicketKey.REASON, at.toString(), null, serverId, epoch);
  }

  News at(String seq) {
    if (kid != null) {
      return new WithdrawnKey(seq, kid, Instant.parse(at));
    }
    if (serverId != null && ticketKeyEpoch != null) {
      return new WithdrawnTicketKey(seq, serverId, ticketKeyEpoch, Instant.parse(at));
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
