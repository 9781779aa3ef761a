package io.usercenter.platform;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** Digests of random secrets, and keyed ones of what can be guessed. Not for passwords. */
public final class Digests {
  private Digests() {}

  /** SHA-256 of the UTF-8 bytes, 32 bytes. */
  public static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  /** HMAC-SHA-256 of the UTF-8 bytes, 32 bytes. */
  public static byte[] hmac(SecretKey key, String text) {
    return hmac(key, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * HMAC-SHA-256, 32 bytes.
   *
   * @param key of {@link MasterKey#derive}, for one purpose
   */
  public static byte[] hmac(SecretKey key, byte[] bytes) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HmacSHA256", e);
    }
  }
}
