package io.usercenter.id;

import java.text.Normalizer;
import java.util.Locale;

/**
 * NFKC, trimmed, case-folded, NFKC again because folding can undo it. The result is its own
 * canonical form.
 */
final class CanonicalForm {
  private static final int ASCII_END = 0x80;
  private static final int DOTLESS_I = 0x131;

  private CanonicalForm() {}

  /** The text must be well-formed UTF-16. */
  static String of(String text) {
    if (isLowerAscii(text)) {
      return text.strip();
    }
    // The second round is for sequences that normalising after the fold makes foldable again.
    return round(round(text));
  }

  static boolean isCanonical(String text) {
    return firstUnpairedSurrogate(text) < 0 && of(text).equals(text);
  }

  /** The index of the first surrogate without its other half, or -1. */
  static int firstUnpairedSurrogate(String text) {
    int codePoint;
    for (int i = 0; i < text.length(); i += Character.charCount(codePoint)) {
      codePoint = text.codePointAt(i);
      if (Character.getType(codePoint) == Character.SURROGATE) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isLowerAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ASCII_END || (c >= 'A' && c <= 'Z')) {
        return false;
      }
    }
    return true;
  }

  private static String round(String text) {
    String trimmed = Normalizer.normalize(text, Normalizer.Form.NFKC).strip();
    StringBuilder folded = new StringBuilder(trimmed.length());
    trimmed.codePoints().forEach(codePoint -> fold(codePoint, folded));
    return Normalizer.normalize(folded, Normalizer.Form.NFKC);
  }

  /**
   * Full case folding (CaseFolding.txt, status C and F), the same for every locale. Lower-casing is
   * not enough: it leaves the sharp s, the final sigma and the long s as names of their own.
   * Folding one code point at a time keeps lower-casing's rule for the final sigma out.
   */
  private static void fold(int codePoint, StringBuilder to) {
    if (codePoint < ASCII_END) {
      to.append((char) (codePoint >= 'A' && codePoint <= 'Z' ? codePoint + 32 : codePoint));
    } else if (codePoint == DOTLESS_I) {
      // Its upper case is I, but it folds to I only under the Turkic rules (status T).
      to.appendCodePoint(codePoint);
    } else {
      to.append(
          Character.toString(codePoint)
              .toLowerCase(Locale.ROOT)
              .toUpperCase(Locale.ROOT)
              .toLowerCase(Locale.ROOT));
    }
  }
}
