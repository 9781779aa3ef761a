package io.usercenter.platform;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How passwords are hashed: Argon2id (RFC 9106). The defaults are OWASP's second recommendation.
 *
 * @param memoryKib memory of one hash in KiB; 1024 to 1048576, default 19456
 * @param iterations passes over that memory; 1 to 20, default 2
 * @param threads how many hashes run at once; 0 (default) takes one per processor
 * @param maxWait a hash that would have to wait longer is refused with 503; default 2 s. Token
 *     checks do not run on these threads, so a storm of logins leaves them alone.
 */
@Validated
@ConfigurationProperties(prefix = "usercenter.passwords", ignoreUnknownFields = false)
record PasswordSettings(
    @DefaultValue("19456") @Min(1024) @Max(1_048_576) int memoryKib,
    @DefaultValue("2") @Min(1) @Max(20) int iterations,
    @DefaultValue("0") @Min(0) @Max(1024) int threads,
    @DefaultValue("2s") Duration maxWait) {

  PasswordSettings {
    Bounds.require(
        "usercenter.passwords.max-wait", maxWait, Duration.ofMillis(100), Duration.ofMinutes(1));
  }
}
