package io.usercenter.throttle;

import io.usercenter.platform.Bounds;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How often a secret may be guessed wrong. Right guesses are never counted.
 *
 * @param free wrong guesses at one account from one network that cost no wait; default 5
 * @param firstDelay the wait after them; it doubles with each further one; default 10 s
 * @param longestDelay where doubling ends; default 15 min
 * @param forgetAfter the wrong guesses at an account from a network are forgotten when there was
 *     none for so long; default 24 h
 * @param perNetwork wrong guesses from a network at accounts that never logged in there; default
 *     1000/1h
 * @param perDevice the same from one device in that network, as the client names it; default 20/1h
 * @param perAccount wrong guesses at an account from all networks where it never logged in; default
 *     100/1h
 * @param perAccountFirst how many more may be the first one of their network; default 1000
 * @param knownFor for how long a login makes a network known to the account; default 30 days
 */
@ConfigurationProperties(prefix = "usercenter.guesses", ignoreUnknownFields = false)
record GuessSettings(
    @DefaultValue("5") int free,
    @DefaultValue("10s") Duration firstDelay,
    @DefaultValue("15m") Duration longestDelay,
    @DefaultValue("24h") Duration forgetAfter,
    @DefaultValue("1000/1h") Quota perNetwork,
    @DefaultValue("20/1h") Quota perDevice,
    @DefaultValue("100/1h") Quota perAccount,
    @DefaultValue("1000") int perAccountFirst,
    @DefaultValue("30d") Duration knownFor) {

  GuessSettings {
    Duration second = Duration.ofSeconds(1);
    Duration day = Duration.ofDays(1);
    Bounds.require("usercenter.guesses.free", free, 1, 1000);
    Bounds.require("usercenter.guesses.first-delay", firstDelay, second, Duration.ofHours(1));
    Bounds.require("usercenter.guesses.longest-delay", longestDelay, firstDelay, day);
    Bounds.require(
        "usercenter.guesses.forget-after", forgetAfter, longestDelay, Duration.ofDays(90));
    Bounds.require("usercenter.guesses.per-account-first", perAccountFirst, 0, 1_000_000);
    Bounds.require("usercenter.guesses.known-for", knownFor, second, Duration.ofDays(400));
  }

  /**
   * From when on the next guess at an account from a network may be made.
   *
   * @param wrong how many were wrong
   * @param lastMicros when the last of them was made
   */
  long notBeforeMicros(int wrong, long lastMicros) {
    if (wrong < free) {
      return lastMicros;
    }
    // Scaling by powers of two is exact, and infinity is longer than the longest.
    double delay = Math.scalb((double) Quota.micros(firstDelay), wrong - free);
    return lastMicros + (long) Math.min(delay, (double) Quota.micros(longestDelay));
  }
}
