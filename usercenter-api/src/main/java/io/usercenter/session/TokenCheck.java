package io.usercenter.session;

import io.usercenter.token.AccessToken;
import java.util.List;

/** What a check of an access token came to, its session and user included. */
public sealed interface TokenCheck {
  /**
   * Good now.
   *
   * @param restrictions what the player is banned from all the same
   */
  record Active(AccessToken token, List<Restriction> restrictions) implements TokenCheck {}

  /**
   * No good.
   *
   * @param reason {@code MALFORMED}, {@code BAD_SIGNATURE}, {@code UNKNOWN_KEY}, {@code EXPIRED},
   *     {@code REVOKED}, {@code KICKED}, {@code REPLACED}, {@code BANNED}, {@code EPOCH_STALE} ...
   */
  record Refused(String reason) implements TokenCheck {}
}
