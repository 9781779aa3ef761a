package io.usercenter.token;

import java.util.Locale;

/** The {@code typ} of access tokens. */
public enum TokenType {
  /**
   * RFC 9068: no other kind of JWT passes for an access token, and no access token for another kind
   * of JWT (RFC 8725 section 3.11).
   */
  AT_JWT("at+jwt"),

  /**
   * What resource servers expect that know of JWTs in general, Spring Security's by default among
   * them. For deployments whose keys sign nothing but access tokens.
   */
  JWT("JWT");

  private static final String PREFIX = "application/";

  private final String written;

  TokenType(String written) {
    this.written = written;
  }

  String written() {
    return written;
  }

  /** RFC 7515 4.1.9: media types compare without regard to case, and may lack their first half. */
  boolean accepts(String type) {
    String lower = type.toLowerCase(Locale.ROOT);
    String name = lower.startsWith(PREFIX) ? lower.substring(PREFIX.length()) : lower;
    return name.equals("at+jwt") || (this == JWT && name.equals("jwt"));
  }
}
