package io.usercenter.token;

/** What a check came to. */
public sealed interface Verification {
  /** The token is genuine, in time and, as far as the verifier has heard, not revoked. */
  record Verified(AccessToken token) implements Verification {}

  /** The token is no good. */
  record Rejected(RejectionReason reason) implements Verification {}
}
