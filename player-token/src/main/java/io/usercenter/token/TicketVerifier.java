package io.usercenter.token;

import static io.usercenter.token.RejectionReason.ALREADY_USED;
import static io.usercenter.token.RejectionReason.BAD_SIGNATURE;
import static io.usercenter.token.RejectionReason.EXPIRED;
import static io.usercenter.token.RejectionReason.MALFORMED;
import static io.usercenter.token.RejectionReason.NEWS_TOO_OLD;
import static io.usercenter.token.RejectionReason.NOT_YET_VALID;
import static io.usercenter.token.RejectionReason.UNKNOWN_KEY;
import static io.usercenter.token.RejectionReason.WRONG_AUDIENCE;

import io.usercenter.id.UserId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Checks the tickets of one game server; {@link TokenVerifier#tickets} makes it. Thread safe, never
 * throws, and asks nobody, save for a key that it does not know yet: once in ten seconds at most.
 */
public final class TicketVerifier {
  private final TicketKeySource keys;
  private final int serverHash;
  private final Revocations revocations;
  private final Predicate<UserId> newsTooOld;
  private final long leewaySeconds;
  private final InstantSource clock;
  private final UsedTickets used;

  /**
   * @param serverHash {@link ServerTicketKey#hash} of the game server
   */
  TicketVerifier(
      int serverHash,
      TicketKeySource keys,
      Revocations revocations,
      Predicate<UserId> newsTooOld,
      Duration leeway,
      InstantSource clock) {
    this.serverHash = serverHash;
    this.keys = keys;
    this.revocations = revocations;
    this.newsTooOld = newsTooOld;
    this.leewaySeconds = leeway.toSeconds();
    this.clock = clock;
    this.used = new UsedTickets(clock.instant().getEpochSecond());
  }

  /** Checks a ticket; a single-use ticket is used up by that. Null is malformed. */
  public TicketVerification verify(@Nullable String text) {
    // The clock comes before the look at the revocations: it waits for memory that was asked for
    // before it, while the tag can be computed until that comes.
    long now = Math.floorDiv(clock.millis(), 1000);
    byte[] bytes = text == null ? null : ServerTicket.decode(text);
    if (bytes == null || bytes[0] != ServerTicket.VERSION) {
      return rejected(MALFORMED);
    }
    if (ServerTicket.getInt(bytes, 4) != serverHash) {
      return rejected(WRONG_AUDIENCE);
    }
    ServerTicketKey key = keys.find(bytes[1] & 255, now);
    if (key == null) {
      return rejected(UNKNOWN_KEY);
    }
    boolean mayBeRevoked = revocations.mayHave(ServerTicket.getLong(bytes, 8));
    if (!key.sealed(bytes)) {
      return rejected(BAD_SIGNATURE);
    }
    RejectionReason reason = check(bytes, now);
    if (reason != null) {
      return rejected(reason);
    }
    ServerTicket ticket = ServerTicket.read(bytes);
    RejectionReason revoked = revocations.check(ticket, mayBeRevoked);
    if (revoked != null) {
      return rejected(revoked);
    }
    if (newsTooOld.test(ticket.userId())) {
      return rejected(NEWS_TOO_OLD);
    }
    // Last: a ticket that is refused for another reason is not used up.
    if (ticket.singleUse() && !used.use(bytes, now, leewaySeconds)) {
      return rejected(ALREADY_USED);
    }
    return new TicketVerification.Verified(ticket);
  }

  /** Of one whose tag fits. */
  private @Nullable RejectionReason check(byte[] bytes, long now) {
    if (!ServerTicket.isWellFormed(bytes)) {
      return MALFORMED;
    }
    if (ServerTicket.seconds(bytes, 24) > now + leewaySeconds) {
      return NOT_YET_VALID;
    }
    return now >= ServerTicket.seconds(bytes, 28) + leewaySeconds ? EXPIRED : null;
  }

  private static TicketVerification rejected(RejectionReason reason) {
    return new TicketVerification.Rejected(reason);
  }
}
