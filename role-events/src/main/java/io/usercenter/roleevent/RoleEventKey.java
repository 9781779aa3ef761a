package io.usercenter.roleevent;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key with which the holder of a service credential signs its entries in the streams:
 * HMAC-SHA-256 of a label under the SHA-256 of the credential's secret, which is the form in which
 * the service keeps the secret. Thread safe.
 */
public final class RoleEventKey {
  private static final String MAC = "HmacSHA256";
  private static final byte[] LABEL = ascii("usercenter role events v1");

  private final String credentialId;

  /**
   * Has the key and never works itself: its clones do, which is faster than a new one each time.
   */
  private final Mac pattern;

  private RoleEventKey(String credentialId, byte[] secretDigest) {
    this.credentialId = credentialId;
    this.pattern = mac(mac(secretDigest).doFinal(LABEL));
  }

  /** Of a credential as the game server has it. */
  public static RoleEventKey of(String credentialId, String secret) {
    try {
      return ofDigest(
          credentialId,
          MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  /**
   * Of a credential as the service keeps it.
   *
   * @param secretDigest SHA-256 of the secret
   */
  public static RoleEventKey ofDigest(String credentialId, byte[] secretDigest) {
    if (secretDigest.length != 32) {
      throw new IllegalArgumentException(
          "a SHA-256 digest has 32 bytes, got " + secretDigest.length);
    }
    return new RoleEventKey(credentialId, secretDigest);
  }

  /** Whose key it is. */
  public String credentialId() {
    return credentialId;
  }

  /** The signature of an event's text, 43 characters of base64url. */
  public String sign(String event) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(tag(event));
  }

  /** Whether the signature was made with this key for this text, in constant time. */
  public boolean signed(String event, String signature) {
    return MessageDigest.isEqual(ascii(sign(event)), signature.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] tag(String event) {
    try {
      return ((Mac) pattern.clone()).doFinal(event.getBytes(StandardCharsets.UTF_8));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the " + MAC + " of this JDK cannot be cloned", e);
    }
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(key, MAC));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no " + MAC, e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return "RoleEventKey[" + credentialId + ", [REDACTED]]";
  }
}
