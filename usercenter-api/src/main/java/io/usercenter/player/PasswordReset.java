package io.usercenter.player;

import io.usercenter.password.NewPasswordRules;

/** What an attempt to choose a new password by a code came to. */
sealed interface PasswordReset {
  /**
   * Done; nobody is logged in any more.
   *
   * @param endedSessions how many there were
   */
  record Done(int endedSessions) implements PasswordReset {}

  /** No account has the address. Only who has the address himself is told. */
  record NoAccount() implements PasswordReset {}

  /** The new password cannot be one; the code is still good. */
  record Weak(NewPasswordRules.Weakness why) implements PasswordReset {}

  /** Somebody else used the code meanwhile. */
  record CodeUsed() implements PasswordReset {}
}
