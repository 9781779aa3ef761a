package io.usercenter.throttle;

import io.usercenter.platform.ClientAddress;
import org.jspecify.annotations.Nullable;

/**
 * Somebody shows a secret to prove who he is.
 *
 * @param kind counted apart from the others
 * @param name the account he claims, in its canonical form; whether it exists makes no difference
 * @param from where he is
 * @param deviceId as his client tells it; believed only where that makes things harder for him
 */
public record Attempt(Kind kind, String name, ClientAddress from, @Nullable String deviceId) {
  /** Whose secret it is. */
  public enum Kind {
    /** A player's password, at login or wherever else it is asked for. */
    PLAYER,
    /** An operator's password. */
    OPERATOR,
    /** A code that was sent to an address, which is the name here. */
    CODE
  }
}
