package io.usercenter.session;

import io.usercenter.platform.Bounds;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Sessions and their tokens.
 *
 * @param issuer {@code iss} of the access tokens: the base URL under which game servers reach this
 *     service, without a slash at its end
 * @param audience {@code aud} of the access tokens; default {@code games}
 * @param accessTokenLife longest life of an access token, up to 5 % less at random; 1 min to 24 h,
 *     default 15 min
 * @param refreshLife a session that was not refreshed for so long ends; default 30 days
 * @param replayWindow how long the last refresh token is answered with the same successor, for
 *     players whose answer was lost on the way; default 30 s
 * @param stateBelief how long the state of a session is believed without asking its shard, when no
 *     revocation was heard; default 1 s
 */
@Validated
@ConfigurationProperties(prefix = "usercenter.sessions", ignoreUnknownFields = false)
public record SessionSettings(
    @NotBlank String issuer,
    @DefaultValue("games") @NotBlank String audience,
    @DefaultValue("15m") Duration accessTokenLife,
    @DefaultValue("30d") Duration refreshLife,
    @DefaultValue("30s") Duration replayWindow,
    @DefaultValue("1s") Duration stateBelief) {

  public SessionSettings {
    Bounds.require(
        "usercenter.sessions.access-token-life",
        accessTokenLife,
        Duration.ofMinutes(1),
        Duration.ofHours(24));
    Bounds.require(
        "usercenter.sessions.refresh-life",
        refreshLife,
        Duration.ofMinutes(1),
        Duration.ofDays(400));
    Bounds.require(
        "usercenter.sessions.replay-window", replayWindow, Duration.ZERO, Duration.ofMinutes(5));
    Bounds.require(
        "usercenter.sessions.state-belief", stateBelief, Duration.ZERO, Duration.ofMinutes(1));
  }
}
