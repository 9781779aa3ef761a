package io.usercenter.account;

/**
 * A password as the player typed it. Its text form is redacted.
 *
 * @param value the password itself
 */
public record Password(String value) {
  /** Fewest characters of a new password. */
  public static final int MIN_LENGTH = 8;

  /** Most characters of any password; hashing a longer one would only cost. */
  public static final int MAX_LENGTH = 128;

  /** Whether a new account may have it. */
  public boolean acceptable() {
    return value.codePointCount(0, value.length()) >= MIN_LENGTH && !tooLong();
  }

  /** Whether no account can have it. */
  public boolean tooLong() {
    return value.codePointCount(0, value.length()) > MAX_LENGTH;
  }

  @Override
  public String toString() {
    return "[REDACTED]";
  }
}
