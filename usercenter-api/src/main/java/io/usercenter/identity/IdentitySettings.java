package io.usercenter.identity;

import io.usercenter.platform.Bounds;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How identities are kept.
 *
 * @param patience how long a change of an identity may take before others settle it; default 1 min
 * @param nameGrace how long a name that a player gave up stays out of reach of others; default 30
 *     days
 * @param sweepInterval how often interrupted changes are looked for; default 30 s
 */
@ConfigurationProperties(prefix = "usercenter.identities", ignoreUnknownFields = false)
record IdentitySettings(
    @DefaultValue("1m") Duration patience,
    @DefaultValue("30d") Duration nameGrace,
    @DefaultValue("30s") Duration sweepInterval) {
  IdentitySettings {
    Bounds.require(
        "usercenter.identities.patience", patience, Duration.ofSeconds(1), Duration.ofHours(1));
    Bounds.require(
        "usercenter.identities.name-grace",
        nameGrace,
        Duration.ofSeconds(1),
        Duration.ofDays(3650));
    Bounds.require(
        "usercenter.identities.sweep-interval",
        sweepInterval,
        Duration.ofMillis(100),
        Duration.ofHours(1));
  }
}
