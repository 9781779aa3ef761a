package io.usercenter.code;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An e-mail address or a phone number in its one spelling. Codes go to that spelling and not to
 * what was typed, so who gets the code is who the spelling stands for. Its text form is redacted.
 *
 * @param text {@code ayla@example.com}, {@code +4915112345678}
 */
public record Address(Medium medium, String text) {
  /** RFC 5321 section 4.5.3.1.3: a path of 256 octets, with its angle brackets. */
  private static final int LONGEST_EMAIL = 254;

  /** RFC 5321 section 4.5.3.1.1. */
  private static final int LONGEST_LOCAL_PART = 64;

  private static final int SHOWN_DIGITS = 3;

  /** Dot-atom of RFC 5322 section 3.2.3, in ASCII; no quoted forms. */
  private static final Pattern LOCAL_PART =
      Pattern.compile("[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*");

  /** Two labels or more (RFC 1123 section 2.1), the last one with a letter: no IP address. */
  private static final Pattern DOMAIN =
      Pattern.compile(
          "([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+(?=[0-9-]*[a-z])[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  /** ITU-T E.164 section 6: at most 15 digits, the country code first, which has no leading 0. */
  private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{6,14}");

  /** Reads what was typed; empty when it is no address that messages are sent to. */
  public static Optional<Address> parse(Medium medium, String typed) {
    if (typed.length() > 2 * LONGEST_EMAIL) {
      return Optional.empty();
    }
    String text = typed.strip();
    return switch (medium) {
      case EMAIL -> {
        // ROOT lowers İ to two characters and K (the Kelvin sign) to k: only ASCII gets that far.
        boolean ascii = text.chars().allMatch(c -> c < 0x7f);
        yield ascii ? email(text.toLowerCase(Locale.ROOT)) : Optional.empty();
      }
      case PHONE ->
          E164.matcher(text).matches() ? Optional.of(new Address(medium, text)) : Optional.empty();
    };
  }

  private static Optional<Address> email(String text) {
    int at = text.lastIndexOf('@');
    boolean valid =
        at > 0
            && at <= LONGEST_LOCAL_PART
            && text.length() <= LONGEST_EMAIL
            && LOCAL_PART.matcher(text.substring(0, at)).matches()
            && DOMAIN.matcher(text.substring(at + 1)).matches();
    return valid ? Optional.of(new Address(Medium.EMAIL, text)) : Optional.empty();
  }

  /**
   * Enough for who has it to tell it from others of his: {@code a***@example.com}, {@code ***678}.
   */
  public String hint() {
    return switch (medium) {
      case EMAIL -> text.charAt(0) + "***" + text.substring(text.lastIndexOf('@'));
      case PHONE -> "***" + text.substring(text.length() - SHOWN_DIGITS);
    };
  }

  @Override
  public String toString() {
    return medium.word() + ":[REDACTED]";
  }
}
