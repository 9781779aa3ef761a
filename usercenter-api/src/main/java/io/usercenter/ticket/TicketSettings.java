package io.usercenter.ticket;

import io.usercenter.platform.Bounds;
import io.usercenter.token.ServerTicket;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Server tickets and the keys that make them.
 *
 * @param life how long a ticket is good, in whole seconds; 5 s to 15 min, default 1 min
 * @param singleUse whether a ticket opens its server once; default true
 * @param rotateEvery how long a key of a game server makes tickets; 1 h to 400 days, default 30
 *     days
 * @param publishAhead how long a key is delivered before it makes tickets, longer than game servers
 *     keep their keys; 0 to 7 days, default 10 min
 * @param reload how often each instance looks for changes of the keys in use that other instances
 *     made, and which it was not told; 100 ms to 5 min, default 10 s
 */
@ConfigurationProperties(prefix = "usercenter.tickets", ignoreUnknownFields = false)
record TicketSettings(
    @DefaultValue("1m") Duration life,
    @DefaultValue("true") boolean singleUse,
    @DefaultValue("30d") Duration rotateEvery,
    @DefaultValue("10m") Duration publishAhead,
    @DefaultValue("10s") Duration reload) {

  TicketSettings {
    Bounds.require(
        "usercenter.tickets.life", life, Duration.ofSeconds(5), ServerTicket.LONGEST_LIFE);
    Bounds.require(
        "usercenter.tickets.rotate-every", rotateEvery, Duration.ofHours(1), Duration.ofDays(400));
    Bounds.require(
        "usercenter.tickets.publish-ahead", publishAhead, Duration.ZERO, Duration.ofDays(7));
    Bounds.require(
        "usercenter.tickets.reload", reload, Duration.ofMillis(100), Duration.ofMinutes(5));
  }

  /** What is decided now takes effect when every instance has heard of it. */
  Duration notice() {
    return reload.multipliedBy(3);
  }
}
