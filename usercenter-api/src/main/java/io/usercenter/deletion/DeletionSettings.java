package io.usercenter.deletion;

import io.usercenter.platform.Bounds;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How accounts leave.
 *
 * @param coolingOff how long an account that is to go may be restored; default 14 days
 * @param freshSession how old the session may be that deletes its account without the password;
 *     default 10 min
 * @param sweepInterval how often accounts are looked for that are to be erased by now; default 1
 *     min
 */
@ConfigurationProperties(prefix = "usercenter.deletion", ignoreUnknownFields = false)
record DeletionSettings(
    @DefaultValue("14d") Duration coolingOff,
    @DefaultValue("10m") Duration freshSession,
    @DefaultValue("1m") Duration sweepInterval) {
  DeletionSettings {
    Bounds.require(
        "usercenter.deletion.cooling-off", coolingOff, Duration.ofDays(1), Duration.ofDays(90));
    Bounds.require(
        "usercenter.deletion.fresh-session",
        freshSession,
        Duration.ofSeconds(1),
        Duration.ofHours(24));
    Bounds.require(
        "usercenter.deletion.sweep-interval",
        sweepInterval,
        Duration.ofMillis(100),
        Duration.ofHours(1));
  }
}
