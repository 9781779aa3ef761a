package io.usercenter.token;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF with SHA-256 (RFC 5869). The JDK has its own from 25 on; this runs on 17. */
final class Hkdf {
  private static final String MAC = "HmacSHA256";
  private static final int HASH_BYTES = 32;

  private Hkdf() {}

  /**
   * @param salt may be empty
   * @param length 1 to 8160 bytes
   */
  static byte[] derive(byte[] inputKey, byte[] salt, byte[] info, int length) {
    try {
      Mac mac = Mac.getInstance(MAC);
      // RFC 5869 2.2: no salt means as many zeros as the hash is long.
      mac.init(new SecretKeySpec(salt.length == 0 ? new byte[HASH_BYTES] : salt, MAC));
      mac.init(new SecretKeySpec(mac.doFinal(inputKey), MAC));
      byte[] derived = new byte[length];
      byte[] block = new byte[0];
      for (int done = 0, counter = 1; done < length; counter++) {
        mac.update(block);
        mac.update(info);
        block = mac.doFinal(new byte[] {(byte) counter});
        int part = Math.min(block.length, length - done);
        System.arraycopy(block, 0, derived, done, part);
        done += part;
      }
      Arrays.fill(block, (byte) 0);
      return derived;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no " + MAC, e);
    }
  }
}
