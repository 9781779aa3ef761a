package io.usercenter.rolesync;

import io.usercenter.id.GeneFunction;
import io.usercenter.shard.DatabasePassword;
import io.usercenter.shard.DatabaseSettings;
import io.usercenter.shard.MySqlInstance;
import io.usercenter.shard.ShardTopology;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the shards are. The listener creates no schema: it waits for it.
 *
 * @param instances which MySQL holds which shards, as {@link ShardTopology#parse} reads it;
 *     required
 * @param admin {@code host:port} of {@code usercenter_admin}; default the first instance
 * @param user the MySQL user; required
 * @param password of that user; may be empty
 * @param gene {@code crc32} (default) or {@code last-byte}; a shard with another one is not touched
 * @param connectionsPerInstance to each MySQL; default 8
 * @param connectTimeout default 1 s
 * @param borrowTimeout how long a batch waits for a free connection; default 5 s
 * @param socketTimeout how long one statement may take; default 10 s
 */
@Validated
@ConfigurationProperties(prefix = "usercenter.database", ignoreUnknownFields = false)
record DatabaseProperties(
    @NotBlank(message = "set UC_DB_INSTANCES, for example 127.0.0.1:3306") String instances,
    @Nullable String admin,
    @NotBlank(message = "set UC_DB_USER") String user,
    @DefaultValue("") String password,
    @DefaultValue("crc32") String gene,
    @DefaultValue("8") int connectionsPerInstance,
    @DefaultValue("1s") Duration connectTimeout,
    @DefaultValue("5s") Duration borrowTimeout,
    @DefaultValue("10s") Duration socketTimeout) {

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
        1,
        2,
        connectTimeout,
        borrowTimeout,
        socketTimeout,
        Duration.ofMillis(500));
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
