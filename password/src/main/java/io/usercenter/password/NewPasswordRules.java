package io.usercenter.password;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a new password must be (NIST SP 800-63B section 3.1.1.2): long enough, and none that is
 * guessed first. There is no rule about kinds of characters. Old passwords are never judged.
 */
public final class NewPasswordRules {
  /** Fewest code points of the NFKC form. */
  public static final int MIN_LENGTH = 8;

  /** Most code points of the NFKC form. */
  public static final int MAX_LENGTH = 128;

  // Megabytes are not normalised just to be counted.
  private static final int MAX_TYPED = 8 * MAX_LENGTH;

  private static final String LIST = "common-passwords.txt";

  private final Set<String> common;

  private NewPasswordRules(Set<String> common) {
    this.common = common;
  }

  /** The rules, with the list of common passwords that is packed beside this class. */
  public static NewPasswordRules standard() {
    try (InputStream list = NewPasswordRules.class.getResourceAsStream(LIST)) {
      if (list == null) {
        throw new IllegalStateException(LIST + " is missing in this build");
      }
      return new NewPasswordRules(
          new BufferedReader(new InputStreamReader(list, StandardCharsets.US_ASCII))
              .lines()
              .filter(line -> !line.startsWith("#"))
              .collect(Collectors.toUnmodifiableSet()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + LIST, e);
    }
  }

  /** Whether no account can have it, so that hashing it would only cost. */
  public static boolean isTooLong(String password) {
    return password.length() > MAX_TYPED || length(normal(password)) > MAX_LENGTH;
  }

  /**
   * Why it cannot be a new password; empty when it can.
   *
   * @param username canonical
   */
  public Optional<Weakness> weakness(String password, String username) {
    if (isTooLong(password)) {
      return Optional.of(Weakness.TOO_LONG);
    }
    if (password.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF)) {
      return Optional.of(Weakness.NOT_WELL_FORMED);
    }
    String normal = normal(password);
    if (length(normal) < MIN_LENGTH) {
      return Optional.of(Weakness.TOO_SHORT);
    }
    String folded = normal.toLowerCase(Locale.ROOT);
    if (folded.contains(username)) {
      return Optional.of(Weakness.CONTAINS_USERNAME);
    }
    if (common.contains(folded)) {
      return Optional.of(Weakness.TOO_COMMON);
    }
    return isSeries(folded) ? Optional.of(Weakness.TOO_SIMPLE) : Optional.empty();
  }

  /** One character over and over, or one after the other: aaaaaaaa, 23456789, zyxwvuts. */
  private static boolean isSeries(String password) {
    int[] points = password.codePoints().toArray();
    int step = points[1] - points[0];
    for (int i = 2; i < points.length; i++) {
      if (points[i] - points[i - 1] != step) {
        return false;
      }
    }
    return Math.abs(step) <= 1;
  }

  private static String normal(String password) {
    return Normalizer.normalize(password, Normalizer.Form.NFKC);
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Why a password cannot be a new one. The names go over the wire. */
  public enum Weakness {
    /** Fewer than {@link #MIN_LENGTH} characters. */
    TOO_SHORT("it has fewer than " + MIN_LENGTH + " characters"),
    /** More than {@link #MAX_LENGTH} characters. */
    TOO_LONG("it has more than " + MAX_LENGTH + " characters"),
    /** Half of a surrogate pair. */
    NOT_WELL_FORMED("it is not Unicode text: it has half of a surrogate pair"),
    /** Among those that attackers try first. */
    TOO_COMMON("it is among the most common passwords, which are tried first"),
    /** One character over and over, or a run of the alphabet. */
    TOO_SIMPLE("it is one character over and over, or one after the other"),
    /** The username is a part of it. */
    CONTAINS_USERNAME("the username is a part of it");

    private final String explanation;

    Weakness(String explanation) {
      this.explanation = explanation;
    }

    /** A sentence for a developer. */
    public String explanation() {
      return explanation;
    }
  }
}
