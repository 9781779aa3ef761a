package io.usercenter.code;

import java.util.Locale;

/** By what a code gets to somebody. */
public enum Medium {
  EMAIL,
  PHONE;

  /** As it is written in requests, settings and identities: {@code email}, {@code phone}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the word.
   *
   * @throws IllegalArgumentException if it is another one
   */
  public static Medium of(String word) {
    for (Medium medium : values()) {
      if (medium.word().equals(word)) {
        return medium;
      }
    }
    throw new IllegalArgumentException("neither email nor phone");
  }
}
