package io.usercenter.token;

import java.time.Instant;

/**
 * A ticket key of a game server that is no longer believed, because somebody else may have it:
 * every ticket made with it is refused with {@link RejectionReason#UNKNOWN_KEY}.
 *
 * @param epoch the whole number, not only what tickets show of it
 */
public record WithdrawnTicketKey(String seq, String serverId, int epoch, Instant at)
    implements News {
  /** On the wire. */
  public static final String REASON = "TICKET_KEY_COMPROMISED";
}
