package io.usercenter.cli;

import io.usercenter.cli.demo.UpEnvironment;
import io.usercenter.id.GeneFunction;
import io.usercenter.shard.DatabasePassword;
import io.usercenter.shard.DatabaseSettings;
import io.usercenter.shard.MySqlInstance;
import io.usercenter.shard.ShardHealth;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.ShardTopology;
import io.usercenter.shard.Shards;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** The databases of the {@code up} on this machine, or those that the environment names. */
final class Databases implements AutoCloseable {
  // Kept here, since the logging library forgets the level of a logger that nobody holds.
  private static final Logger POOL_LOG = Logger.getLogger("com.zaxxer.hikari");
  private static final Logger OUR_LOG = Logger.getLogger("io.usercenter");

  private final Shards shards;
  private final ShardPools pools;

  private Databases(Shards shards, ShardPools pools) {
    this.shards = shards;
    this.pools = pools;
  }

  /**
   * Connects to all of them.
   *
   * @param connections to each MySQL server, at most
   * @throws UcException when one cannot be used
   */
  static Databases open(int connections) {
    POOL_LOG.setLevel(Level.SEVERE);
    OUR_LOG.setLevel(Level.WARNING);
    Path home = Path.of(System.getProperty("uc.home", ".uc"));
    Map<String, String> environment = new HashMap<>(UpEnvironment.of(home));
    environment.putAll(System.getenv());
    Shards shards =
        new Shards(
            GeneFunction.parse(environment.getOrDefault("UC_GENE", GeneFunction.CRC32.id())));
    ShardPools pools =
        ShardPools.open(
            settings(UpSettings.from(environment), home, connections),
            shards,
            null,
            InstantSource.system());
    try {
      boolean known = pools.awaitVerdicts(Duration.ofSeconds(10));
      ShardHealth health = pools.health();
      if (!known || !health.allUp() || !health.admin().up()) {
        pools.close();
        throw new UcException(
            "the databases cannot be used. Does ./uc up run? admin: %s; shards that are not up: %s"
                .formatted(
                    health.admin(),
                    health.notUp().stream()
                        .limit(3)
                        .map(row -> row.shard() + " " + row.condition())
                        .collect(Collectors.joining(", "))));
      }
      return new Databases(shards, pools);
    } catch (InterruptedException e) {
      pools.close();
      Thread.currentThread().interrupt();
      throw new UcException("interrupted", e);
    }
  }

  private static DatabaseSettings settings(UpSettings settings, Path home, int connections) {
    ShardTopology topology;
    String user;
    String password;
    if (settings.startsMySql()) {
      Secrets secrets = new Secrets(home.resolve("secrets"), new SecureRandom());
      topology = ShardTopology.parse("127.0.0.1:" + settings.mysqlPort());
      user = Up.MYSQL_USER;
      password =
          secrets
              .find(Up.MYSQL_PASSWORD)
              .orElseThrow(
                  () ->
                      new UcException(
                          "there is no user center in %s yet; start it with ./uc up, or name other databases by UC_DB_INSTANCES, UC_DB_USER, UC_DB_PASSWORD"
                              .formatted(home)));
    } else {
      topology = ShardTopology.parse(settings.variable("UC_DB_INSTANCES").orElseThrow());
      user = settings.variable("UC_DB_USER").orElse("");
      password = settings.variable("UC_DB_PASSWORD").orElse("");
    }
    return new DatabaseSettings(
        topology,
        settings
            .variable("UC_ADMIN_DB")
            .map(MySqlInstance::parse)
            .orElse(topology.instances().getFirst()),
        user,
        new DatabasePassword(password),
        connections,
        2,
        2,
        Duration.ofSeconds(2),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMillis(500));
  }

  Shards shards() {
    return shards;
  }

  ShardPools pools() {
    return pools;
  }

  @Override
  public void close() {
    pools.close();
  }
}
