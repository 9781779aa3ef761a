package io.usercenter.session;

import io.usercenter.token.AccessToken;

/** What a check of an access token came to, its session and user included. */
public sealed interface TokenCheck {
  /** Good now. */
  record Active(AccessToken token) implements TokenCheck {}

  /**
   * No good.
   *
   * @param reason {@code MALFORMED}, {@code BAD_SIGNATURE}, {@code UNKNOWN_KEY}, {@code EXPIRED},
   *     {@code REVOKED}, {@code KICKED}, {@code REPLACED}, {@code BANNED}, {@code EPOCH_STALE} ...
   */
  record Refused(String reason) implements TokenCheck {}
}
