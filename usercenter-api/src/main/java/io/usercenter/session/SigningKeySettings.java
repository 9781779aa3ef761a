package io.usercenter.session;

import io.usercenter.platform.Bounds;
import io.usercenter.token.SigningAlgorithm;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The keys that sign access tokens.
 *
 * @param algorithm of keys that are made from now on; default ES256
 * @param rotateEvery how long a key signs; 1 h to 400 days, default 30 days
 * @param publishAhead how long a key is published before it signs, so that whoever keeps the JWK
 *     Set for the five minutes it may be kept knows it; 0 to 7 days, default 10 min
 * @param retain how long a key is published after it has signed for the last time; longer than an
 *     access token lives; up to 30 days, default 24 h
 * @param reload how often each instance looks for changes that other instances made, and which it
 *     was not told; 100 ms to 5 min, default 10 s
 */
@ConfigurationProperties(prefix = "usercenter.signing-keys", ignoreUnknownFields = false)
public record SigningKeySettings(
    @DefaultValue("ES256") SigningAlgorithm algorithm,
    @DefaultValue("30d") Duration rotateEvery,
    @DefaultValue("10m") Duration publishAhead,
    @DefaultValue("24h") Duration retain,
    @DefaultValue("10s") Duration reload) {

  public SigningKeySettings {
    Bounds.require(
        "usercenter.signing-keys.rotate-every",
        rotateEvery,
        Duration.ofHours(1),
        Duration.ofDays(400));
    Bounds.require(
        "usercenter.signing-keys.publish-ahead", publishAhead, Duration.ZERO, Duration.ofDays(7));
    Bounds.require(
        "usercenter.signing-keys.retain", retain, Duration.ofMinutes(1), Duration.ofDays(30));
    Bounds.require(
        "usercenter.signing-keys.reload", reload, Duration.ofMillis(100), Duration.ofMinutes(5));
  }

  /** What is decided now takes effect when every instance has heard of it. */
  Duration notice() {
    return reload.multipliedBy(3);
  }
}
