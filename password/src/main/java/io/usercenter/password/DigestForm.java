package io.usercenter.password;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * One round of a digest over salt and password: what old game and forum databases hold. {@code
 * $md5$salt=SALT$HEX}, {@code $md5$salt=SALT,order=password-salt$HEX}, and with {@code
 * order=hex-salt} the digest of the lower-case hex digest of the password, followed by the salt.
 */
final class DigestForm {
  private static final String SALT = "[!-~&&[^$,]]{0,64}";

  private DigestForm() {}

  static StoredHash read(HashFormat format, String algorithm, String text)
      throws RefusedHashException {
    PhcFields fields = new PhcFields(text, "", format.id(), "salt=SALT,order=ORDER", "HEX");
    Map<String, String> values = PhcFields.values(fields.part(2));
    if (!values.keySet().equals(Set.of("salt"))
        && !values.keySet().equals(Set.of("salt", "order"))) {
      throw RefusedHashException.malformed("its parameters are not salt and, if needed, order");
    }
    String salt = String.valueOf(values.get("salt"));
    if (!salt.matches(SALT)) {
      throw RefusedHashException.malformed(
          "the salt is not 0 to 64 printable ASCII characters without $ and ,");
    }
    byte[] salted = salt.getBytes(StandardCharsets.US_ASCII);
    byte[] hash;
    try {
      hash = HexFormat.of().parseHex(fields.part(3));
    } catch (IllegalArgumentException e) {
      throw RefusedHashException.malformed("the hash is not hexadecimal");
    }
    MessageDigest digest = digest(algorithm);
    PhcFields.requireLength(
        "hash", hash.length, digest.getDigestLength(), digest.getDigestLength());
    Order order =
        switch (values.getOrDefault("order", "salt-password")) {
          case "salt-password" -> (d, password) -> join(d, salted, password);
          case "password-salt" -> (d, password) -> join(d, password, salted);
          case "hex-salt" -> (d, password) -> join(d, hex(d.digest(password)), salted);
          default ->
              throw RefusedHashException.malformed(
                  "order is none of salt-password, password-salt, hex-salt");
        };
    return new StoredHash(
        text,
        "order=" + values.getOrDefault("order", "salt-password"),
        new HashWork(format, 1),
        (password, argon2) ->
            MessageDigest.isEqual(
                hash, order.digest(digest(algorithm), password.getBytes(StandardCharsets.UTF_8))));
  }

  private static byte[] join(MessageDigest digest, byte[] first, byte[] second) {
    digest.update(first);
    return digest.digest(second);
  }

  private static byte[] hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes).getBytes(StandardCharsets.US_ASCII);
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK cannot compute " + algorithm, e);
    }
  }

  /** In which order salt and password are digested. */
  @FunctionalInterface
  private interface Order {
    byte[] digest(MessageDigest digest, byte[] password);
  }
}
