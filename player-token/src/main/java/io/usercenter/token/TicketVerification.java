package io.usercenter.token;

/** What a check of a server ticket came to. */
public sealed interface TicketVerification {
  /** The ticket is genuine, for this server, in time and not revoked. */
  record Verified(ServerTicket ticket) implements TicketVerification {}

  /** The ticket is no good. */
  record Rejected(RejectionReason reason) implements TicketVerification {}
}
