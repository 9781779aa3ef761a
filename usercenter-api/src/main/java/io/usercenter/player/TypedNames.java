package io.usercenter.player;

import io.usercenter.account.Password;
import io.usercenter.id.InvalidUsernameException;
import io.usercenter.id.Username;
import io.usercenter.id.UsernameRules;
import io.usercenter.password.NewPasswordRules;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Secret;

/** Reads names and new passwords as players type them, or says what is wrong with them. */
final class TypedNames {
  private final UsernameRules names;
  private final NewPasswordRules passwords;

  TypedNames(UsernameRules names, NewPasswordRules passwords) {
    this.names = names;
    this.passwords = passwords;
  }

  /** A name that an account could have. */
  Username parse(String typed) {
    try {
      return names.parse(typed);
    } catch (InvalidUsernameException e) {
      throw new ApiException(ErrorCode.USERNAME_INVALID, String.valueOf(e.getMessage()))
          .with("reason", e.code().name());
    }
  }

  /**
   * The name of who logs in: one that nobody can have is a wrong name, and takes as long as one.
   */
  Username parseAtLogin(String typed) {
    try {
      return names.parse(typed);
    } catch (InvalidUsernameException e) {
      return Username.ofCanonical("-");
    }
  }

  /** A password that an account of this name may be given. */
  Password newPassword(Secret typed, Username name) {
    passwords
        .weakness(typed.value(), name.canonical())
        .ifPresent(
            weakness -> {
              throw weak(weakness);
            });
    return new Password(typed.value());
  }

  static ApiException weak(NewPasswordRules.Weakness weakness) {
    return new ApiException(ErrorCode.PASSWORD_INVALID, weakness.explanation())
        .with("reason", weakness.name());
  }
}
