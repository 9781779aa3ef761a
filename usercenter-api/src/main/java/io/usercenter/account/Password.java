package io.usercenter.account;

import io.usercenter.password.NewPasswordRules;

/**
 * A password as the player typed it. Its text form is redacted.
 *
 * @param value the password itself
 */
public record Password(String value) {
  /** Whether no account can have it. */
  public boolean tooLong() {
    return NewPasswordRules.isTooLong(value);
  }

  @Override
  public String toString() {
    return "[REDACTED]";
  }
}
