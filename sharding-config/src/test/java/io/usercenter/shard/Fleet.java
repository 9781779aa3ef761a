package io.usercenter.shard;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.MySqlSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Real servers with 32 migrated shards, and ways to them. The servers are shared by the classes.
 */
final class Fleet {
  private static final AtomicLong SEQUENCE = new AtomicLong(1);

  /** Shards 00 to 15 and 16 to 31 by CRC-32. Who breaks one mends it. */
  static final class Crc32 {
    static final Fleet FLEET = new Fleet(GeneFunction.CRC32, 2);
  }

  /** All shards on one server, by the last byte of the name. */
  static final class LastByte {
    static final Fleet FLEET = new Fleet(GeneFunction.LAST_BYTE, 1);
  }

  final List<MySqlServer> servers;
  final Shards shards;

  private Fleet(GeneFunction function, int servers) {
    this.shards = new Shards(function);
    this.servers = java.util.stream.Stream.generate(Fleet::newServer).limit(servers).toList();
    ShardMigrations.Report report =
        new ShardMigrations(settings(), shards).migrateAll((_, _, _, _) -> {});
    if (!report.complete()) {
      throw new IllegalStateException(report.toString());
    }
  }

  static MySqlServer newServer() {
    return Backends.newMySql(MySqlSettings.standard().relaxed());
  }

  static Fleet of(GeneFunction function) {
    return function == GeneFunction.CRC32 ? Crc32.FLEET : LastByte.FLEET;
  }

  /** The server of shards 00 to 15. */
  MySqlServer low() {
    return servers.getFirst();
  }

  /** The server of shards 16 to 31. */
  MySqlServer high() {
    return servers.getLast();
  }

  ShardTopology topology() {
    return ShardTopology.parse(
        servers.size() == 1
            ? low().address()
            : low().address() + "=0-15," + high().address() + "=16-31");
  }

  /** Quick to notice and quick to give up. */
  DatabaseSettings settings() {
    return settings(topology(), 4);
  }

  static DatabaseSettings settings(ShardTopology topology, int connections) {
    return new DatabaseSettings(
        topology,
        topology.instances().getFirst(),
        "root",
        new DatabasePassword(""),
        connections,
        2,
        2,
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        Duration.ofMillis(100));
  }

  /** Pools whose shards have all been looked at. */
  ShardPools open() {
    return open(settings(), null);
  }

  ShardPools open(DatabaseSettings settings, @Nullable ShardMigrations migrations) {
    ShardPools pools = ShardPools.open(settings, shards, migrations, InstantSource.system());
    try {
      if (!pools.awaitVerdicts(Duration.ofSeconds(20))) {
        throw new IllegalStateException("no verdicts: " + pools.health());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return pools;
  }

  /** A name of this shard that nobody had before. */
  Username name(Shard shard) {
    while (true) {
      // Ends in a letter or a sign that reaches every shard by its last byte, too.
      long number = SEQUENCE.getAndIncrement();
      Username name = Username.ofCanonical("n" + number + (char) ('\u4e00' + (int) (number % 64)));
      if (shards.of(name).equals(shard)) {
        return name;
      }
    }
  }

  /** An id for the name that nobody had before. */
  UserId id(Username name) {
    return new UserId(SEQUENCE.getAndIncrement() << 21 | shards.gene(name));
  }

  /** An id of this shard that nobody had before. */
  UserId id(Shard shard) {
    return id(name(shard));
  }

  /** A role id that is located in this shard. */
  String roleId(Shard shard) {
    while (true) {
      String roleId = "r-" + SEQUENCE.getAndIncrement();
      if (shards.ofRole(roleId).equals(shard)) {
        return roleId;
      }
    }
  }

  static final String INSERT_USER =
      """
      INSERT INTO user (user_id, username, display_name, password_hash, status, auth_epoch,
                        channel, register_time, register_ip)
      VALUES (?, ?, ?, '-', 'ACTIVE', 1, 'test', UTC_TIMESTAMP(3), '127.0.0.1')
      """;

  /** Registers somebody over the given connection. */
  static void register(Connection connection, UserId id, Username name) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT_USER)) {
      insert.setLong(1, id.value());
      insert.setString(2, name.canonical());
      insert.setString(3, name.display());
      insert.executeUpdate();
    }
  }

  /** Runs a statement on a server, past all pools. */
  static void execute(MySqlServer server, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), "root", "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
