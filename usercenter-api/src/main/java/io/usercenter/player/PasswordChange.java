package io.usercenter.player;

import io.usercenter.password.NewPasswordRules;
import io.usercenter.session.KeptSession;

/** What an attempt to change a password came to. */
sealed interface PasswordChange {
  /** Done; the other sessions are over. */
  record Changed(KeptSession session) implements PasswordChange {}

  /** The current password is another one. */
  record WrongPassword() implements PasswordChange {}

  /** The new password cannot be one. */
  record Weak(NewPasswordRules.Weakness why) implements PasswordChange {}

  /** The session that asked for it ended meanwhile; nothing was changed. */
  record SessionEnded() implements PasswordChange {}
}
