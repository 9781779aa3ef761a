package io.usercenter.redis;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.BaseConfig;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.Config;
import org.redisson.config.DelayStrategy;
import org.redisson.config.ReadMode;
import org.redisson.config.SubscriptionMode;

/**
 * Where Redis is, and in which form.
 *
 * <pre>
 * redis://[[user]:password@]host:port                            one server
 * redis-sentinel://[[user]:password@]host:port,host:port/name    sentinels, and what they call the master
 * redis-cluster://[[user]:password@]host:port,host:port          some nodes of a cluster
 * </pre>
 *
 * <p>With {@code rediss} instead of {@code redis} it is TLS. Replicas take over and are not read:
 * they lag behind, and what was just counted or revoked must be seen.
 */
public final class RedisServers {
  private static final Pattern URL =
      Pattern.compile(
          "(?<scheme>rediss?)(?<form>-sentinel|-cluster)?://"
              + "((?<user>[^:@/]*):(?<password>[^@/]*)@)?(?<hosts>[^@/]+)(/(?<master>[^/]+))?");

  /** How often it is looked whether another server has become master. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final @Nullable String form;
  private final List<String> addresses;
  private final @Nullable String user;
  private final @Nullable String password;
  private final String master;

  private RedisServers(Matcher url) {
    this.form = url.group("form");
    this.addresses =
        Arrays.stream(url.group("hosts").split(","))
            .map(host -> url.group("scheme") + "://" + host)
            .toList();
    this.user = emptyToNull(url.group("user"));
    this.password = emptyToNull(url.group("password"));
    this.master = url.group("master") == null ? "" : url.group("master");
  }

  private static @Nullable String emptyToNull(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  /**
   * How they are spoken to.
   *
   * @param connections to each server
   * @param subscriptions connections for messages
   * @param connectTimeout how long connecting may take
   * @param timeout how long an answer may take
   * @param retries of a command that could not be sent
   * @param retryDelay between them
   */
  public record Manners(
      int connections,
      int subscriptions,
      Duration connectTimeout,
      Duration timeout,
      int retries,
      DelayStrategy retryDelay) {}

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException when it is none of the forms; the message does not repeat it,
   *     because it may hold a password
   */
  public static RedisServers parse(String url) {
    Matcher matcher = URL.matcher(url);
    if (!matcher.matches()) {
      throw wrong();
    }
    RedisServers servers = new RedisServers(matcher);
    boolean sentinel = "-sentinel".equals(servers.form);
    if (sentinel == servers.master.isEmpty()
        || (servers.form == null && servers.addresses.size() != 1)) {
      throw wrong();
    }
    return servers;
  }

  private static IllegalArgumentException wrong() {
    return new IllegalArgumentException(
        "must be redis://host:port, redis-sentinel://host:port,host:port/name or"
            + " redis-cluster://host:port,host:port; user:password@ goes before the hosts, rediss"
            + " instead of redis means TLS");
  }

  /** A configuration with which a program starts while Redis is away. */
  public Config config(Manners manners) {
    Config config = new Config();
    config.setCodec(StringCodec.INSTANCE);
    config.setUsername(user);
    config.setPassword(password);
    config.setLazyInitialization(true); // a start without Redis is a start
    config.setThreads(2);
    config.setNettyThreads(2);
    String[] all = addresses.toArray(String[]::new);
    if (form == null) {
      speak(
          config
              .useSingleServer()
              .setAddress(all[0])
              .setConnectionPoolSize(manners.connections())
              .setConnectionMinimumIdleSize(1)
              .setSubscriptionConnectionPoolSize(manners.subscriptions())
              .setSubscriptionConnectionMinimumIdleSize(1),
          manners);
    } else if (form.equals("-sentinel")) {
      toMaster(
          config
              .useSentinelServers()
              .addSentinelAddress(all)
              .setMasterName(master)
              .setScanInterval((int) LOOK_EVERY.toMillis())
              .setCheckSentinelsList(false), // one that answers is enough to start
          manners);
    } else {
      toMaster(
          config
              .useClusterServers()
              .addNodeAddress(all)
              .setScanInterval((int) LOOK_EVERY.toMillis()),
          manners);
    }
    return config;
  }

  private static void toMaster(BaseMasterSlaveServersConfig<?> servers, Manners manners) {
    servers.setReadMode(ReadMode.MASTER);
    servers.setSubscriptionMode(SubscriptionMode.MASTER);
    servers.setMasterConnectionPoolSize(manners.connections());
    servers.setMasterConnectionMinimumIdleSize(1);
    servers.setSubscriptionConnectionPoolSize(manners.subscriptions());
    servers.setSubscriptionConnectionMinimumIdleSize(1);
    speak(servers, manners);
  }

  private static void speak(BaseConfig<?> servers, Manners manners) {
    servers.setConnectTimeout((int) manners.connectTimeout().toMillis());
    servers.setTimeout((int) manners.timeout().toMillis());
    servers.setRetryAttempts(manners.retries());
    servers.setRetryDelay(manners.retryDelay());
  }

  @Override
  public String toString() {
    return "RedisServers" + addresses + (form == null ? "" : form);
  }
}
