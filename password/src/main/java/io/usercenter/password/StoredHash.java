package io.usercenter.password;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A hashed password as it stands in a database, read and found harmless. Its {@code toString} shows
 * format and cost only. These forms are read:
 *
 * <pre>
 *   $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH         PHC string, base64 without padding
 *   $2a$12$...  $2b$12$...  $2y$12$...               bcrypt
 *   $scrypt$ln=15,r=8,p=1$SALT$HASH                  PHC string
 *   pbkdf2_sha256$600000$SALT$HASH                   Django; also pbkdf2_sha1
 *   $pbkdf2-sha256$29000$SALT$HASH                   passlib; also -sha512, and $pbkdf2$ for SHA-1
 *   $md5$salt=SALT$HEX    $sha256$salt=SALT$HEX      digest of salt and password
 *   $md5$salt=SALT,order=password-salt$HEX           digest of password and salt
 *   $md5$salt=SALT,order=hex-salt$HEX                digest of the hex digest of the password, and salt
 * </pre>
 *
 * In the last three SALT is 0 to 64 printable ASCII characters but {@code $} and {@code ,}.
 */
public final class StoredHash {
  /** Most characters of a text form; what the database column holds. */
  public static final int MAX_LENGTH = 255;

  private final String text;
  private final String cost;
  private final HashWork work;
  private final Check check;

  StoredHash(String text, String cost, HashWork work, Check check) {
    this.text = text;
    this.cost = cost;
    this.work = work;
    this.check = check;
  }

  /** Reads a hash. Computes nothing, whatever the text asks for. */
  public static ParsedHash parse(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return new ParsedHash.Refused(ParsedHash.Refusal.EMPTY, "there is no hash");
    }
    if (text.length() > MAX_LENGTH) {
      return new ParsedHash.Refused(
          ParsedHash.Refusal.TOO_LONG,
          "%d characters, above %d".formatted(text.length(), MAX_LENGTH));
    }
    try {
      return new ParsedHash.Accepted(read(text));
    } catch (RefusedHashException e) {
      return e.refused();
    }
  }

  private static StoredHash read(String text) throws RefusedHashException {
    String first = text.substring(0, Math.max(text.indexOf('$', 1), 0));
    return switch (first) {
      case "$argon2id" -> Argon2Form.read(text);
      case "$2a", "$2b", "$2y" -> BcryptForm.read(text);
      case "$scrypt" -> ScryptForm.read(text);
      case "$pbkdf2", "$pbkdf2-sha256", "$pbkdf2-sha512", "pbkdf2_sha256", "pbkdf2_sha1" ->
          Pbkdf2Form.read(text);
      case "$md5" -> DigestForm.read(HashFormat.SALTED_MD5, "MD5", text);
      case "$sha256" -> DigestForm.read(HashFormat.SALTED_SHA256, "SHA-256", text);
      default ->
          throw new RefusedHashException(
              ParsedHash.Refusal.UNKNOWN_FORMAT,
              "it begins with none of $argon2id$ $2a$ $2b$ $2y$ $scrypt$ $pbkdf2$ $pbkdf2-sha256$"
                  + " $pbkdf2-sha512$ pbkdf2_sha256$ pbkdf2_sha1$ $md5$ $sha256$");
    };
  }

  /** How it was hashed. */
  public HashFormat format() {
    return work.format();
  }

  /** The cost parameters as the text form has them: {@code m=19456,t=2,p=1}. */
  public String cost() {
    return cost;
  }

  /** What checking one password takes. */
  public HashWork work() {
    return work;
  }

  /** What is to be stored. */
  public String text() {
    return text;
  }

  /** Whether this very sequence of characters was hashed. Costs {@link #work()}. */
  boolean matches(String password, Argon2 argon2) {
    return check.matches(password, argon2);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StoredHash that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(text);
  }

  @Override
  public String toString() {
    return "StoredHash[%s %s]".formatted(format().id(), cost);
  }

  /** Compares in constant time. */
  @FunctionalInterface
  interface Check {
    boolean matches(String password, Argon2 argon2);
  }
}
