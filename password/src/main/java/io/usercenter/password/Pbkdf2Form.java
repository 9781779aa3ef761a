package io.usercenter.password;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * PBKDF2 (RFC 8018) as Django writes it, {@code pbkdf2_sha256$600000$salt$base64}, whose salt is
 * text; and as passlib does, {@code $pbkdf2-sha256$29000$SALT$HASH}, in base64 without padding and
 * with a dot for the plus.
 */
final class Pbkdf2Form {
  // Some 0.4 s with SHA-256.
  private static final int MAX_ITERATIONS = 2_000_000;
  private static final int MAX_SALT = 64;

  private Pbkdf2Form() {}

  static StoredHash read(String text) throws RefusedHashException {
    boolean django = !text.startsWith("$");
    PhcFields fields =
        django
            ? new PhcFields(text, "pbkdf2_sha256", "N", "SALT", "HASH")
            : new PhcFields(text.replace('.', '+'), "", "pbkdf2-sha256", "N", "SALT", "HASH");
    int first = django ? 0 : 1;
    int iterations = PhcFields.number("the number of iterations", fields.part(first + 1));
    RefusedHashException.requireCost("iterations", iterations, 1, MAX_ITERATIONS);
    byte[] salt =
        django ? fields.part(2).getBytes(StandardCharsets.UTF_8) : fields.salt(first + 2, 1);
    PhcFields.requireLength("salt", salt.length, 1, MAX_SALT);
    byte[] hash = fields.hash(first + 3);
    String algorithm =
        switch (fields.part(first)) {
          case "pbkdf2_sha256", "pbkdf2-sha256" -> "PBKDF2WithHmacSHA256";
          case "pbkdf2-sha512" -> "PBKDF2WithHmacSHA512";
          case "pbkdf2_sha1", "pbkdf2" -> "PBKDF2WithHmacSHA1";
          default -> throw new IllegalStateException("no PBKDF2: " + fields.part(first));
        };
    return new StoredHash(
        text,
        "iterations=" + iterations,
        new HashWork(HashFormat.PBKDF2, iterations),
        (password, argon2) ->
            MessageDigest.isEqual(
                hash,
                derive(
                    algorithm,
                    new PBEKeySpec(password.toCharArray(), salt, iterations, hash.length * 8))));
  }

  private static byte[] derive(String algorithm, PBEKeySpec spec) {
    try {
      return SecretKeyFactory.getInstance(algorithm).generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot compute " + algorithm, e);
    } finally {
      spec.clearPassword();
    }
  }
}
