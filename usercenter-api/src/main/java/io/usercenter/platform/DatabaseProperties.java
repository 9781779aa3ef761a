package io.usercenter.platform;

import io.usercenter.id.GeneFunction;
import io.usercenter.shard.DatabasePassword;
import io.usercenter.shard.DatabaseSettings;
import io.usercenter.shard.MySqlInstance;
import io.usercenter.shard.ShardTopology;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the accounts are.
 *
 * @param instances which MySQL holds which shards: {@code host:port} alone for all 32, or {@code
 *     host:port=0-15,host:port=16-31}; required
 * @param admin {@code host:port} of {@code usercenter_admin}; default the first instance
 * @param user the MySQL user; required
 * @param password of that user; required, may be empty only when set so on purpose
 * @param gene {@code crc32} (default) or {@code last-byte}; can never change once accounts exist
 * @param migrate create and upgrade the databases at start; default false: a release does it as a
 *     step
 * @param migrationUser the MySQL user that creates and upgrades the databases; default {@code
 *     user}, who then may change the audit
 * @param migrationPassword of that user
 * @param connectionsPerInstance for requests, per MySQL instance and per instance of this service;
 *     default 12
 * @param connectTimeout default 1 s
 * @param borrowTimeout how long a request waits for a free connection; default 1 s
 * @param socketTimeout how long one answer of MySQL may take; default 5 s
 * @param warmUp how long the usual statements are run before the ports open; default 3 s
 */
@Validated
@ConfigurationProperties(prefix = "usercenter.database", ignoreUnknownFields = false)
record DatabaseProperties(
    @NotBlank(message = "set UC_DB_INSTANCES, for example 127.0.0.1:3306") String instances,
    @Nullable String admin,
    @NotBlank(message = "set UC_DB_USER") String user,
    String password,
    @DefaultValue("crc32") String gene,
    @DefaultValue("false") boolean migrate,
    @Nullable String migrationUser,
    @Nullable String migrationPassword,
    @DefaultValue("12") int connectionsPerInstance,
    @DefaultValue("1s") Duration connectTimeout,
    @DefaultValue("1s") Duration borrowTimeout,
    @DefaultValue("5s") Duration socketTimeout,
    @DefaultValue("3s") Duration warmUp) {

  DatabaseProperties {
    Duration minute = Duration.ofMinutes(1);
    Bounds.require("usercenter.database.connections-per-instance", connectionsPerInstance, 1, 1000);
    Bounds.require(
        "usercenter.database.connect-timeout", connectTimeout, Duration.ofMillis(100), minute);
    Bounds.require(
        "usercenter.database.borrow-timeout", borrowTimeout, Duration.ofMillis(250), minute);
    Bounds.require(
        "usercenter.database.socket-timeout",
        socketTimeout,
        Duration.ofMillis(500),
        Duration.ofMinutes(10));
    Bounds.require("usercenter.database.warm-up", warmUp, Duration.ZERO, Duration.ofMinutes(5));
  }

  DatabaseSettings toSettings() {
    ShardTopology topology = ShardTopology.parse(instances);
    return new DatabaseSettings(
        topology,
        admin == null || admin.isBlank()
            ? topology.instances().getFirst()
            : MySqlInstance.parse(admin),
        user,
        new DatabasePassword(password),
        connectionsPerInstance,
        2,
        4,
        connectTimeout,
        borrowTimeout,
        socketTimeout,
        Duration.ofMillis(500));
  }

  /** As {@link #toSettings}, for who may create and alter tables. */
  DatabaseSettings toMigrationSettings() {
    DatabaseSettings settings = toSettings();
    return migrationUser == null || migrationUser.isBlank()
        ? settings
        : settings.as(
            migrationUser, new DatabasePassword(Objects.requireNonNullElse(migrationPassword, "")));
  }

  GeneFunction geneFunction() {
    return GeneFunction.parse(gene);
  }

  @Override
  public String toString() {
    return "DatabaseProperties[instances="
        + instances
        + ", user="
        + user
        + ", password=[REDACTED]]";
  }
}
