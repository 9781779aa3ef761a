package io.usercenter.id;

import io.usercenter.id.InvalidUsernameException.Code;
import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * Which usernames are accepted.
 *
 * @param minimum fewest code points of the canonical form, 1 or more
 * @param maximum most code points of the canonical form, up to 32 (the column is VARCHAR(32))
 * @param character matches one allowed code point of the canonical form
 */
public record UsernameRules(int minimum, int maximum, Pattern character) {
  /** The longest canonical form there can be, in code points. */
  public static final int LIMIT = 32;

  /** The longest display form there can be, in code points. */
  public static final int DISPLAY_LIMIT = 64;

  /** Longer input is refused before it is looked at, so that a long body costs nothing. */
  private static final int TYPED_LIMIT = 256;

  /**
   * a-z, digits, {@code _ . - @} and CJK: Han ideographs with their zero and iteration mark, kana,
   * bopomofo, whole Hangul syllables. Not the fillers and conjoining jamo, which cannot be seen or
   * stand alone.
   */
  public static final String STANDARD_CHARACTER =
      "[a-z0-9_.@\\-[[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsBopomofo}]&&\\p{L}]"
          + "\\x{3007}\\x{30FC}\\x{AC00}-\\x{D7A3}]";

  private static final UsernameRules STANDARD =
      new UsernameRules(3, LIMIT, Pattern.compile(STANDARD_CHARACTER));

  public UsernameRules {
    if (minimum < 1 || minimum > maximum || maximum > LIMIT) {
      throw new IllegalArgumentException(
          "username length must be 1 <= minimum <= maximum <= 32, was "
              + minimum
              + " to "
              + maximum);
    }
  }

  /** 3 to 32 of {@link #STANDARD_CHARACTER}. */
  public static UsernameRules standard() {
    return STANDARD;
  }

  /**
   * Reads a name as a player typed it.
   *
   * @throws InvalidUsernameException with the first rule it breaks
   */
  public Username parse(String typed) {
    if (typed.length() > TYPED_LIMIT) {
      throw tooLong(typed.length(), "UTF-16 units as typed", TYPED_LIMIT);
    }
    int unpaired = CanonicalForm.firstUnpairedSurrogate(typed);
    if (unpaired >= 0) {
      throw new InvalidUsernameException(
          Code.NOT_WELL_FORMED, "username has an unpaired surrogate at " + unpaired);
    }
    String canonical = CanonicalForm.of(typed);
    if (canonical.isEmpty()) {
      throw new InvalidUsernameException(Code.BLANK, "username is blank");
    }
    canonical.codePoints().forEach(this::requireAllowed);
    int length = codePoints(canonical);
    if (length < minimum) {
      throw new InvalidUsernameException(
          Code.TOO_SHORT,
          "username has " + length + " characters, must have " + minimum + " or more");
    }
    if (length > maximum) {
      throw tooLong(length, "characters", maximum);
    }
    String display = Normalizer.normalize(stripBlanks(typed), Normalizer.Form.NFC);
    if (codePoints(display) > DISPLAY_LIMIT) {
      throw tooLong(codePoints(display), "characters as typed", DISPLAY_LIMIT);
    }
    return new Username(canonical, display);
  }

  private void requireAllowed(int codePoint) {
    if (!character.matcher(Character.toString(codePoint)).matches()) {
      throw new InvalidUsernameException(
          Code.BAD_CHARACTER, String.format("username must not contain U+%04X", codePoint));
    }
  }

  /** Also the no-break spaces, which normalising made blanks in the canonical form. */
  private static String stripBlanks(String typed) {
    int start = 0;
    int end = typed.length();
    while (isBlank(typed.charAt(start))) {
      start++;
    }
    while (isBlank(typed.charAt(end - 1))) {
      end--;
    }
    return typed.substring(start, end);
  }

  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  private static int codePoints(String text) {
    return text.codePointCount(0, text.length());
  }

  private static InvalidUsernameException tooLong(int length, String unit, int limit) {
    return new InvalidUsernameException(
        Code.TOO_LONG,
        "username has " + length + " " + unit + ", must have " + limit + " or fewer");
  }
}
