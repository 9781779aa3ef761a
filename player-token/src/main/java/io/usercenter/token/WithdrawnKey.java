package io.usercenter.token;

import java.time.Instant;

/**
 * A signing key that is no longer believed, because somebody else may have it: every token that it
 * signed is refused with {@link RejectionReason#UNKNOWN_KEY}.
 *
 * @param kid as in the header of those tokens
 */
public record WithdrawnKey(String seq, String kid, Instant at) implements News {
  /** On the wire. */
  public static final String REASON = "KEY_COMPROMISED";
}
