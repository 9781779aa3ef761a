package io.usercenter.session;

/** What a refresh came to. */
public sealed interface Refresh {
  /** The session goes on. */
  record Refreshed(SessionTokens tokens) implements Refresh {}

  /** Not a token of this service, or of a session that is not in its shard. */
  record Unknown() implements Refresh {}

  /**
   * The session is over; the player logs in again.
   *
   * @param reason as {@link Session#endReason()}, or {@code EXPIRED}
   */
  record Ended(String reason) implements Refresh {}
}
