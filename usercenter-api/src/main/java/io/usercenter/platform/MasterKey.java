package io.usercenter.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The one secret of a deployment, from which every other symmetric key is derived by HKDF-SHA-256
 * (RFC 5869) with the purpose as info. All instances of a deployment share it. There is no default.
 */
public final class MasterKey {
  private final byte[] key;

  MasterKey(Settings settings) {
    this.key = settings.read();
  }

  /**
   * A key for one purpose.
   *
   * @param purpose a constant text, different for every use
   * @param algorithm as {@link SecretKey#getAlgorithm()} will say: {@code HmacSHA256}, {@code AES}
   * @return 32 bytes
   */
  public SecretKey derive(String purpose, String algorithm) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveKey(
              algorithm,
              HKDFParameterSpec.ofExtract()
                  .addIKM(key)
                  .thenExpand(("usercenter " + purpose).getBytes(StandardCharsets.UTF_8), 32));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HKDF-SHA256", e);
    }
  }

  @Override
  public String toString() {
    return "[REDACTED]";
  }

  /**
   * Where the master key comes from. Exactly one of the two must be set.
   *
   * @param value base64 of 32 bytes ({@code UC_MASTER_KEY})
   * @param file a file that holds the same ({@code UC_MASTER_KEY_FILE})
   */
  @ConfigurationProperties(prefix = "usercenter.master-key", ignoreUnknownFields = false)
  record Settings(@Nullable String value, @Nullable String file) {

    private byte[] read() {
      String text = present(value);
      String path = present(file);
      if ((text == null) == (path == null)) {
        throw new IllegalStateException(
            "usercenter.master-key: set either UC_MASTER_KEY or UC_MASTER_KEY_FILE to base64 of 32"
                + " random bytes (make one with: head -c 32 /dev/urandom | base64)");
      }
      if (text == null) {
        try {
          text = Files.readString(Path.of(path)).strip();
        } catch (IOException e) {
          throw new IllegalStateException("usercenter.master-key.file cannot be read: " + path, e);
        }
      }
      byte[] bytes;
      try {
        bytes = Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        throw new IllegalStateException("usercenter.master-key is not base64");
      }
      if (bytes.length != 32) {
        throw new IllegalStateException(
            "usercenter.master-key must be base64 of 32 bytes, was " + bytes.length + " bytes");
      }
      return bytes;
    }

    private static @Nullable String present(@Nullable String text) {
      return text == null || text.isBlank() ? null : text;
    }

    @Override
    public String toString() {
      return "[REDACTED]";
    }
  }
}
