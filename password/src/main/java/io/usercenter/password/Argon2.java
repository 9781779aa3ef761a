package io.usercenter.password;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Argon2id version 1.3 (RFC 9106). All implementations give the same hashes. */
public interface Argon2 {
  /** What computes it, for the log. */
  String name();

  /**
   * Hashes. Takes {@link Argon2Cost#memoryKib} of memory meanwhile, and runs on the calling thread.
   *
   * @param salt 8 bytes or more
   * @param length bytes of the hash, 16 or more
   */
  byte[] hash(byte[] password, byte[] salt, Argon2Cost cost, int length);

  /** Written in Java: runs everywhere. */
  static Argon2 inJava() {
    return new JavaArgon2();
  }

  /** Native code; empty where its library cannot be loaded, and the log says why. */
  static Optional<Argon2> inNativeCode() {
    Logger log = LoggerFactory.getLogger(Argon2.class);
    try {
      return Optional.of(LibsodiumArgon2.load());
    } catch (NativeLibraryException e) {
      log.warn("no native Argon2id here: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Native code where it can be loaded, Java otherwise. The log says which. */
  static Argon2 fastest() {
    Argon2 argon2 = inNativeCode().orElseGet(Argon2::inJava);
    LoggerFactory.getLogger(Argon2.class).info("Argon2id is computed by {}", argon2.name());
    return argon2;
  }
}
