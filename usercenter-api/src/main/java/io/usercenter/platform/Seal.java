package io.usercenter.platform;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/** AES-256-GCM for what is stored and must not be read in the database: nonce, text, tag. */
public final class Seal {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final SecretKey key;
  private final SecureRandom random;

  /**
   * @param key of {@link MasterKey#derive} for {@code AES}, for one kind of secret
   */
  public Seal(SecretKey key, SecureRandom random) {
    this.key = key;
    this.random = random;
  }

  /**
   * Seals a secret.
   *
   * @param context where it belongs; it opens there only
   */
  public byte[] close(byte[] secret, String context) {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      byte[] text = cipher(Cipher.ENCRYPT_MODE, context, nonce).doFinal(secret);
      return ByteBuffer.allocate(NONCE + text.length).put(nonce).put(text).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing failed", e);
    }
  }

  /**
   * Opens what {@link #close} gave.
   *
   * @param what for the message
   * @throws UnreadableException when it was sealed with another key, elsewhere, or was changed
   */
  public byte[] open(byte[] sealed, String context, String what) {
    try {
      return cipher(Cipher.DECRYPT_MODE, context, Arrays.copyOf(sealed, NONCE))
          .doFinal(sealed, NONCE, sealed.length - NONCE);
    } catch (GeneralSecurityException e) {
      throw new UnreadableException(what, e);
    }
  }

  /** What was sealed does not open. */
  public static final class UnreadableException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private UnreadableException(String what, GeneralSecurityException cause) {
      super(
          what
              + " cannot be opened with this master key: UC_MASTER_KEY is not the one it was sealed"
              + " with",
          cause);
    }
  }

  private Cipher cipher(int mode, String context, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
