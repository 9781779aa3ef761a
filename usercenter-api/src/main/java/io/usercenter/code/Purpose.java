package io.usercenter.code;

import java.util.Locale;

/** What a code is good for, and nothing else. */
public enum Purpose {
  /** Logging in. */
  LOGIN,
  /** Adding the address to an account. */
  LINK,
  /** Choosing a new password. */
  RESET;

  /** As it is written in requests: {@code login}, {@code link}, {@code reset}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
