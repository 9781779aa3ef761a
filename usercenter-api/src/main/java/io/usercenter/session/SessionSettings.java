package io.usercenter.session;

import io.usercenter.platform.Bounds;
import io.usercenter.token.TokenType;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Sessions and their tokens.
 *
 * @param issuer {@code iss} of the access tokens: the base URL under which game servers reach this
 *     service, without a slash at its end
 * @param audience {@code aud} of the access tokens; default {@code games}
 * @param tokenType {@code typ} of the access tokens: {@code at+jwt} (RFC 9068), or {@code JWT} for
 *     resource servers that know no other; verifiers of game servers have to be told, and first
 * @param accessTokenLife longest life of an access token, up to 5 % less at random; 1 min to 24 h,
 *     default 15 min
 * @param refreshLife a session that was not refreshed for so long ends; default 30 days
 * @param absoluteLife a session ends so long after its login, however often it was refreshed;
 *     default 365 days
 * @param replayWindow how long the last refresh token is answered with the same successor, for
 *     players whose answer was lost on the way; default 30 s
 * @param stateBelief how long the state of a session is believed without asking its shard, when no
 *     revocation was heard; default 1 s
 * @param concurrent how many sessions a player may have side by side: {@code count/account} or
 *     {@code count/device-class}; default {@code 100/account}. One more ends the one that was not
 *     used for the longest time, or, with {@code /deny-new} behind it, is denied
 * @param concurrentByChannel the same for players of some channels: {@code web=1/account,
 *     arcade=1/device-class/deny-new}
 * @param lastSeenInterval how exactly the last use of a session is noted, one write for each; 5 s
 *     to 24 h, default 5 min
 * @param keepEnded how long a session that ended is kept, for the one who asks why; 1 day to 4000
 *     days, default 30 days
 * @param ownerProof whether a player shows his refresh token, besides the access token, where an
 *     account could be taken over or away, and for tickets; default false
 * @param durableRefresh whether a refresh is written before it is answered, instead of a second
 *     later together with others; default false. With a replay window of less than 20 s it always
 *     is
 */
@Validated
@ConfigurationProperties(prefix = "usercenter.sessions", ignoreUnknownFields = false)
public record SessionSettings(
    @NotBlank @Pattern(regexp = "|.*[^/]", message = "must have no slash at its end") String issuer,
    @DefaultValue("games") @NotBlank String audience,
    @DefaultValue("at+jwt") TokenType tokenType,
    @DefaultValue("15m") Duration accessTokenLife,
    @DefaultValue("30d") Duration refreshLife,
    @DefaultValue("365d") Duration absoluteLife,
    @DefaultValue("30s") Duration replayWindow,
    @DefaultValue("1s") Duration stateBelief,
    @DefaultValue("100/account") ConcurrentSessions concurrent,
    @Nullable ChannelSessions concurrentByChannel,
    @DefaultValue("5m") Duration lastSeenInterval,
    @DefaultValue("30d") Duration keepEnded,
    @DefaultValue("false") boolean ownerProof,
    @DefaultValue("false") boolean durableRefresh) {

  /**
   * Twice what a note waits before its shard takes no more: who comes with the last token within
   * the window is told the same anyhow.
   */
  private static final Duration SHORTEST_REPLAY_WINDOW = RotationNotes.PATIENCE.multipliedBy(2);

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
        "usercenter.sessions.absolute-life",
        absoluteLife,
        Duration.ofMinutes(1),
        Duration.ofDays(4000));
    Bounds.require(
        "usercenter.sessions.last-seen-interval",
        lastSeenInterval,
        Duration.ofSeconds(5),
        Duration.ofHours(24));
    Bounds.require(
        "usercenter.sessions.keep-ended", keepEnded, Duration.ofDays(1), Duration.ofDays(4000));
    Bounds.require(
        "usercenter.sessions.replay-window", replayWindow, Duration.ZERO, Duration.ofMinutes(5));
    Bounds.require(
        "usercenter.sessions.state-belief", stateBelief, Duration.ZERO, Duration.ofMinutes(1));
  }

  /** Whether a refresh may be answered before it is written. */
  boolean refreshesWrittenLater() {
    return !durableRefresh && replayWindow.compareTo(SHORTEST_REPLAY_WINDOW) >= 0;
  }

  /** What holds for players of this channel. */
  ConcurrentSessions concurrentIn(String channel) {
    return concurrentByChannel == null
        ? concurrent
        : concurrentByChannel.byChannel().getOrDefault(channel, concurrent);
  }
}
