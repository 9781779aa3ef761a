package io.usercenter.platform;

import java.security.SecureRandom;
import java.util.Base64;

/** Names and secrets that nobody can guess. */
public final class RandomText {
  private RandomText() {}

  /**
   * As base64url without padding (RFC 4648 section 5), so that it needs no escaping in a URL, a
   * header or a cookie.
   *
   * @param bytes how much is drawn; 16 and more for what must not be guessed
   */
  public static String of(SecureRandom random, int bytes) {
    byte[] drawn = new byte[bytes];
    random.nextBytes(drawn);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(drawn);
  }
}
