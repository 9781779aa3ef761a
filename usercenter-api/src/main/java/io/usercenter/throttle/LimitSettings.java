package io.usercenter.throttle;

import io.usercenter.platform.Bounds;
import io.usercenter.platform.ClientAddress;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many requests a caller may send, as {@code count/window} and where they are counted: {@code
 * shared} (which needs not be said), {@code shared-or-open}, {@code shared-or-closed} or {@code
 * instance}. The limits for networks leave room for some thousands of players behind one address of
 * a mobile carrier who all come back when a maintenance ends.
 *
 * @param register registrations from a network; default 3000/10m
 * @param login logins from a network; default 10000/10m
 * @param refresh refreshes from a network; default 30000/10m instance
 * @param checkName checks of names from a network; default 9000/10m
 * @param code codes that are sent for a network; default 600/10m
 * @param codeAddress codes that are sent to one address; default 10/24h
 * @param operatorLogin logins of operators from a network; default 300/1m
 * @param open requests from a network to other endpoints that need no credentials; default 6000/1m
 *     instance
 * @param player requests of a player; default 600/1m instance
 * @param gameServer requests with a service credential; default 1200000/1m instance
 * @param operator requests of an operator; default 1200/1m instance
 * @param ipv4Prefix how many leading bits of an IPv4 address make a network; default 32
 * @param ipv6Prefix how many leading bits of an IPv6 address make a network; default 64, what a
 *     provider gives to one line
 */
@ConfigurationProperties(prefix = "usercenter.limits", ignoreUnknownFields = false)
record LimitSettings(
    @DefaultValue("3000/10m") Limit register,
    @DefaultValue("10000/10m") Limit login,
    @DefaultValue("30000/10m instance") Limit refresh,
    @DefaultValue("9000/10m") Limit checkName,
    @DefaultValue("600/10m") Limit code,
    @DefaultValue("10/24h") Limit codeAddress,
    @DefaultValue("300/1m") Limit operatorLogin,
    @DefaultValue("6000/1m instance") Limit open,
    @DefaultValue("600/1m instance") Limit player,
    @DefaultValue("1200000/1m instance") Limit gameServer,
    @DefaultValue("1200/1m instance") Limit operator,
    @DefaultValue("32") int ipv4Prefix,
    @DefaultValue("64") int ipv6Prefix) {

  LimitSettings {
    Bounds.require("usercenter.limits.ipv4-prefix", ipv4Prefix, 8, 32);
    Bounds.require("usercenter.limits.ipv6-prefix", ipv6Prefix, 16, 128);
  }

  /** The network of a client, as text. */
  String networkOf(ClientAddress client) {
    return client.network(ipv4Prefix, ipv6Prefix).text();
  }
}
