package io.usercenter.password;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes new hashes, Argon2id of one cost, and checks passwords against all that can be read. Runs
 * on the calling thread.
 *
 * <p>A new hash is made of the NFKC form of the password (NIST SP 800-63B section 3.1.1.2), so that
 * it does not matter how a keyboard composes a letter. An imported one may have been made of
 * anything, so what was typed is tried too, when it differs.
 */
public final class PasswordHashing {
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  private final Argon2 argon2;
  private final Argon2Cost cost;
  private final SecureRandom random;
  private final Timing timing;
  private final StoredHash nobodys;

  /**
   * @param cost of new hashes
   * @param timing sees every single hash
   */
  public PasswordHashing(Argon2 argon2, Argon2Cost cost, SecureRandom random, Timing timing) {
    this.argon2 = argon2;
    this.cost = cost;
    this.random = random;
    this.timing = timing;
    this.nobodys = hash("nobody has this password");
  }

  /** Hashes a new password. */
  public StoredHash hash(String password) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] text =
        Normalizer.normalize(password, Normalizer.Form.NFKC).getBytes(StandardCharsets.UTF_8);
    return timing.time(
        cost.work(), () -> Argon2Form.of(cost, salt, argon2.hash(text, salt, cost, HASH_BYTES)));
  }

  /**
   * Checks a password. Whatever the account is, at least the work of one new hash is done: an
   * account that does not exist, a wrong password and a cheap old hash all take that long.
   *
   * @param stored null for an account that does not exist, or has no hash that can be used
   */
  public PasswordCheck check(String password, @Nullable StoredHash stored) {
    if (stored == null) {
      var _ = matches(password, nobodys);
      return new PasswordCheck.Wrong();
    }
    if (isCurrent(stored)) {
      return matches(password, stored) ? new PasswordCheck.Right() : new PasswordCheck.Wrong();
    }
    if (matches(password, stored)) {
      return new PasswordCheck.Outdated(hash(password));
    }
    var _ = matches(password, nobodys);
    return new PasswordCheck.Wrong();
  }

  /** What {@link #hash} takes; {@link #check} as well, besides {@link StoredHash#work}. */
  public HashWork work() {
    return cost.work();
  }

  /** Whether a new hash would be made the same way. */
  public boolean isCurrent(StoredHash stored) {
    return stored.format() == HashFormat.ARGON2ID && stored.cost().equals(cost.toString());
  }

  private boolean matches(String password, StoredHash stored) {
    String normal = Normalizer.normalize(password, Normalizer.Form.NFKC);
    return matchesExactly(normal, stored)
        || (!normal.equals(password) && matchesExactly(password, stored));
  }

  private boolean matchesExactly(String password, StoredHash stored) {
    return timing.time(stored.work(), () -> stored.matches(password, argon2));
  }

  /** Sees every single hash, to measure it. */
  @FunctionalInterface
  public interface Timing {
    /** Runs the hashing and returns what it does. */
    <T> T time(HashWork work, Supplier<T> hashing);
  }
}
