package io.usercenter.token;

/** Why a token is refused. The names go over the wire and never change. */
public enum RejectionReason {
  /**
   * Not an access token of this service: too long, not a JWT, not signed, of another type, a
   * critical header that is not understood, a claim that is missing or of the wrong type.
   */
  MALFORMED,
  /** The signature does not fit, or is of another algorithm than the key. */
  BAD_SIGNATURE,
  /** No such key: forged, of another issuer, or signed by a key that was withdrawn. */
  UNKNOWN_KEY,
  /** Signed by a known key in the name of another issuer. */
  WRONG_ISSUER,
  /** Meant for another audience, or a ticket for another game server. */
  WRONG_AUDIENCE,
  /** Issued in the future by more than the leeway: one of the two clocks is wrong. */
  NOT_YET_VALID,
  /** Its time is over. The client refreshes and tries again. */
  EXPIRED,
  /** The session was ended: logout, theft of the refresh token. */
  REVOKED,
  /** An operator or the game ended the session. */
  KICKED,
  /** The player logged in elsewhere and the channel allows one session. */
  REPLACED,
  /** The account is banned. */
  BANNED,
  /** All older tokens of the user were ended: password change, logout everywhere. */
  EPOCH_STALE,
  /** A single-use ticket that was used, or that may have been before the verifier started. */
  ALREADY_USED,
  /**
   * The verifier cannot tell whether the token was revoked, since it heard nothing for longer than
   * allowed or had to forget. Says nothing about the player.
   */
  NEWS_TOO_OLD
}
