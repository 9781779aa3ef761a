package io.usercenter.cli;

import io.usercenter.id.Username;
import io.usercenter.id.UsernameRules;
import io.usercenter.password.Argon2;
import io.usercenter.password.Argon2Cost;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * A file as an old system might leave it: accounts with hashes of all formats. The hashes are real,
 * of the lowest costs; the password of the account {@code sample-7} is {@code old-password-7}, and
 * after {@value #PASSWORDS} accounts the passwords begin again.
 */
final class SampleAccounts {
  static final int PASSWORDS = 2_000;
  private static final String COLUMNS =
      "username,password_hash,hash_format,salt,channel,created,display_name";
  private static final Instant FIRST = Instant.parse("2015-06-01T00:00:00Z");
  private static final Duration BETWEEN = Duration.ofSeconds(97);
  private static final int SALT_BYTES = 16;

  private final Random random = new Random(1); // the same file every time
  private final Argon2 argon2 = Argon2.inJava();

  /** Columns {@code password_hash,hash_format,salt}. */
  private record Hash(String columns) {}

  static String username(int index) {
    return "sample-" + index;
  }

  static String password(int index) {
    return "old-password-" + index % PASSWORDS;
  }

  void write(Path file, int count) throws IOException {
    List<Hash> hashes = new ArrayList<>(PASSWORDS);
    for (int i = 0; i < Math.min(count, PASSWORDS); i++) {
      hashes.add(hash(i));
    }
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      out.write(COLUMNS);
      out.write('\n');
      for (int i = 0; i < count; i++) {
        Username name = UsernameRules.standard().parse(username(i));
        out.write(
            "%s,%s,%s,%s,\"Sample, no. %d\"\n"
                .formatted(
                    name,
                    hashes.get(i % PASSWORDS).columns(),
                    i % 3 == 0 ? "steam" : "web",
                    FIRST.plus(BETWEEN.multipliedBy(i)),
                    i));
      }
    }
  }

  /** Of ten accounts four have MD5, two SHA-256, and the others one of the rest each. */
  private Hash hash(int index) {
    String password = password(index);
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    String text = HexFormat.of().formatHex(salt, 0, 4);
    try {
      return switch (index % 10) {
        case 0, 1, 2 -> digest("MD5", text + password, "md5", text);
        case 3 -> digest("MD5", password + text, "md5:password-salt", text);
        case 4 -> digest("SHA-256", text + password, "sha256", text);
        case 5 -> digest("SHA-256", hex("SHA-256", password) + text, "sha256:hex-salt", text);
        case 6 -> pbkdf2(password, text);
        case 7, 8 -> new Hash(OpenBSDBCrypt.generate("2b", password.toCharArray(), salt, 4) + ",,");
        default -> argon2(password, salt);
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has these", e);
    }
  }

  private static Hash digest(String algorithm, String text, String format, String salt)
      throws GeneralSecurityException {
    return new Hash(hex(algorithm, text) + "," + format + "," + salt);
  }

  private static String hex(String algorithm, String text) throws GeneralSecurityException {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Hash pbkdf2(String password, String salt) throws GeneralSecurityException {
    int iterations = 100;
    byte[] hash =
        SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
            .generateSecret(
                new PBEKeySpec(
                    password.toCharArray(), salt.getBytes(StandardCharsets.UTF_8), iterations, 256))
            .getEncoded();
    return new Hash(
        "pbkdf2_sha256$%d$%s$%s,,"
            .formatted(iterations, salt, Base64.getEncoder().encodeToString(hash)));
  }

  private Hash argon2(String password, byte[] salt) {
    Argon2Cost cost = new Argon2Cost(64, 1, 1);
    byte[] hash = argon2.hash(password.getBytes(StandardCharsets.UTF_8), salt, cost, 32);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    // The parameters have commas.
    return new Hash(
        "\"$argon2id$v=19$m=64,t=1,p=1$%s$%s\",,"
            .formatted(base64.encodeToString(salt), base64.encodeToString(hash)));
  }
}
