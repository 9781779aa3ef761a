package io.usercenter.platform;

import io.usercenter.password.Argon2Cost;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How passwords are hashed: Argon2id (RFC 9106). The defaults are OWASP's second recommendation;
 * {@code ./uc doctor} measures what this machine can do. A hash of other parameters is replaced at
 * the next login.
 *
 * @param memoryKib memory of one hash in KiB; 1024 to 262144, default 19456. All threads together
 *     take that much times their number, outside of the heap with the native implementation
 * @param iterations passes over that memory; 1 to 20, default 2; times memoryKib at most 1048576
 * @param threads how many hashes run at once; 0 (default) takes one per processor
 * @param priority how far these threads stand back when others want the processor; default low
 * @param maxWait a hash that would have to wait longer is refused with 503; default 2 s. Token
 *     checks do not run on these threads, so a storm of logins leaves them alone.
 */
@Validated
@ConfigurationProperties(prefix = "usercenter.passwords", ignoreUnknownFields = false)
record PasswordSettings(
    @DefaultValue("19456") int memoryKib,
    @DefaultValue("2") int iterations,
    @DefaultValue("0") @Min(0) @Max(1024) int threads,
    @DefaultValue("low") HashPriority priority,
    @DefaultValue("2s") Duration maxWait) {

  PasswordSettings {
    Bounds.require(
        "usercenter.passwords.max-wait", maxWait, Duration.ofMillis(100), Duration.ofMinutes(1));
    Bounds.require("usercenter.passwords.memory-kib", memoryKib, 1024, Argon2Cost.MAX_MEMORY_KIB);
    Bounds.require("usercenter.passwords.iterations", iterations, 1, 20);
    Bounds.require(
        "usercenter.passwords.memory-kib times iterations",
        (long) memoryKib * iterations,
        0L,
        (long) Argon2Cost.MAX_KIB_PASSES);
  }

  Argon2Cost cost() {
    return new Argon2Cost(memoryKib, iterations, 1);
  }

  int threadsOrProcessors() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }
}
