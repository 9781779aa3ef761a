package io.usercenter.password;

/** What checking a password came to. */
public sealed interface PasswordCheck {
  /** It is not the password. */
  record Wrong() implements PasswordCheck {}

  /** It is. */
  record Right() implements PasswordCheck {}

  /**
   * It is, but the hash was made by another algorithm or at another cost than new ones.
   *
   * @param replacement to be stored in its place
   */
  record Outdated(StoredHash replacement) implements PasswordCheck {}
}
