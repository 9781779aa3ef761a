package io.usercenter.player;

import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.password.NewPasswordRules;
import io.usercenter.session.KeptSession;
import io.usercenter.session.SessionTokens;

/** What an attempt to change a password came to. */
sealed interface PasswordChange {
  /** Done; the other sessions are over. */
  record Changed(Answer answer) implements PasswordChange {
    static Changed of(KeptSession kept) {
      SessionTokens tokens = kept.tokens();
      return new Changed(
          new Answer(
              tokens.accessToken(),
              "Bearer",
              tokens.expiresInSeconds(),
              tokens.refreshToken(),
              kept.ended()));
    }
  }

  /**
   * What the session goes on with; its older tokens are refused. Its text form is redacted.
   *
   * @param tokenType {@code Bearer} (RFC 6750)
   * @param expiresIn seconds until the access token ends
   * @param endedSessions how many other sessions there were
   */
  @Schema(name = "PasswordChanged")
  record Answer(
      String accessToken,
      String tokenType,
      long expiresIn,
      String refreshToken,
      int endedSessions) {
    @Override
    public String toString() {
      return "PasswordChanged[endedSessions=" + endedSessions + ", [REDACTED]]";
    }
  }

  /** The current password is another one. */
  record WrongPassword() implements PasswordChange {}

  /** The new password cannot be one. */
  record Weak(NewPasswordRules.Weakness why) implements PasswordChange {}

  /** The session that asked for it ended meanwhile; nothing was changed. */
  record SessionEnded() implements PasswordChange {}
}
