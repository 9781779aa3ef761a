package io.usercenter.token;

/** What a verifier does with a good token when its news of revocations is too old. */
public enum WhenStale {
  /** Accepts it: players go on while the user center is away, banned ones too. */
  FAIL_OPEN,
  /** Refuses it with {@link RejectionReason#NEWS_TOO_OLD}. */
  FAIL_CLOSED
}
