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
  /** Code points, as MySQL counts them. */
  private static final int LONGEST_SHOWN = 64;

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

  /** A name that others see, without the blanks around it. */
  static ShownText shown(String typed) {
    return printable(typed, LONGEST_SHOWN);
  }

  /** A name that others see, or VALIDATION_FAILED. */
  static String requireShown(String field, String typed) {
    return switch (shown(typed)) {
      case ShownText.Good(String name) -> name;
      case ShownText.Bad(String why) -> throw ApiException.invalid(field, why);
    };
  }

  /** One line of text that others see, without the blanks around it. */
  static ShownText printable(String typed, int longest) {
    String text = typed.strip();
    int length = text.codePointCount(0, text.length());
    if (length < 1 || length > longest) {
      return new ShownText.Bad("must have 1 to " + longest + " characters");
    }
    return text.codePoints().anyMatch(TypedNames::unprintable)
        ? new ShownText.Bad("must be text without control characters")
        : new ShownText.Good(text);
  }

  private static boolean unprintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
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
