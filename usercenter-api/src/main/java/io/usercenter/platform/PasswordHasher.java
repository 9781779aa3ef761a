package io.usercenter.platform;

import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.password.Argon2;
import io.usercenter.password.ParsedHash;
import io.usercenter.password.PasswordCheck;
import io.usercenter.password.PasswordHashing;
import io.usercenter.password.StoredHash;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hashes and checks passwords on threads of their own. Who would have to wait too long is turned
 * away at once (HTTP 503).
 */
public final class PasswordHasher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PasswordHasher.class);

  private final HashSpeeds speeds;
  private final PasswordHashing hashing;
  private final HashPool pool;

  PasswordHasher(
      PasswordSettings settings, Argon2 argon2, SecureRandom random, MeterRegistry meters) {
    speeds = new HashSpeeds(meters);
    hashing = new PasswordHashing(argon2, settings.cost(), random, speeds);
    pool =
        new HashPool(
            settings.threadsOrProcessors(), settings.priority(), settings.maxWait(), meters);
  }

  /**
   * Turns the caller away when a password would have to wait too long. For whoever has other work
   * to do before its password comes here: in a storm that work would be for nothing, and would slow
   * down those who are in.
   *
   * @throws ApiException {@code PASSWORD_HASHING_BUSY}
   */
  public void requireRoom() {
    pool.requireRoom();
  }

  /**
   * Hashes a new password.
   *
   * @return what is to be stored
   */
  public String hash(String password) {
    return pool.run(speeds.expected(hashing.work()), () -> hashing.hash(password)).text();
  }

  /**
   * Checks a password. Takes as long for an account that does not exist as for a wrong password.
   *
   * @param stored null for an account that does not exist, or has no password
   */
  public PasswordCheck check(String password, @Nullable String stored) {
    StoredHash hash = stored == null ? null : usable(stored);
    long expected = speeds.expected(hashing.work());
    if (hash != null && !hashing.isCurrent(hash)) {
      expected += speeds.expected(hash.work());
    }
    return pool.run(expected, () -> hashing.check(password, hash));
  }

  private static @Nullable StoredHash usable(String stored) {
    return switch (StoredHash.parse(stored)) {
      case ParsedHash.Accepted(StoredHash hash) -> hash;
      case ParsedHash.Refused(ParsedHash.Refusal why, String detail) -> {
        log.error(
            "a hash in the database cannot be used, so nobody gets in by it: {} {}", why, detail);
        yield null;
      }
    };
  }

  @Override
  public void close() {
    pool.close();
  }
}
