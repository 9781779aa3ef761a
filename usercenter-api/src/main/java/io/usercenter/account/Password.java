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
    int length = value.codePointCount(0, value.length());
    return length >= MIN_LENGTH && length <= MAX_LENGTH;
  }

  @Override
  public String toString() {
    return "[REDACTED]";
  }
}
