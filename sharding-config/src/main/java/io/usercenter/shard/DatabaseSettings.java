package io.usercenter.shard;

import java.time.Duration;

/**
 * How to reach the databases.
 *
 * @param topology which instance holds which shard
 * @param admin the instance of {@code usercenter_admin}
 * @param user the MySQL user, the same on every instance
 * @param password of that user
 * @param connectionsPerInstance upper bound of connections for requests, per instance of MySQL and
 *     of this service; 1 to 1000, default 10
 * @param scatterConnectionsPerInstance the same for operators' queries over all shards, which may
 *     never take a connection from a player; 1 to 1000, default 2
 * @param adminConnections the same for {@code usercenter_admin}; 1 to 1000, default 4
 * @param connectTimeout how long a TCP connect and a ping may take; 100 ms to 60 s, default 1 s
 * @param borrowTimeout how long a request waits for a free connection; 250 ms (what HikariCP
 *     accepts) to 60 s, default 1 s
 * @param socketTimeout how long one answer of the server may take before the connection is given
 *     up; 500 ms to 10 min, default 5 s
 * @param probeInterval how often each instance is asked whether it lives; 50 ms to 60 s, default
 *     500 ms
 */
public record DatabaseSettings(
    ShardTopology topology,
    MySqlInstance admin,
    String user,
    DatabasePassword password,
    int connectionsPerInstance,
    int scatterConnectionsPerInstance,
    int adminConnections,
    Duration connectTimeout,
    Duration borrowTimeout,
    Duration socketTimeout,
    Duration probeInterval) {

  public DatabaseSettings {
    requireConnections("connectionsPerInstance", connectionsPerInstance);
    requireConnections("scatterConnectionsPerInstance", scatterConnectionsPerInstance);
    requireConnections("adminConnections", adminConnections);
    requireBetween("connectTimeout", connectTimeout, Duration.ofMillis(100), Duration.ofMinutes(1));
    requireBetween("borrowTimeout", borrowTimeout, Duration.ofMillis(250), Duration.ofMinutes(1));
    requireBetween("socketTimeout", socketTimeout, Duration.ofMillis(500), Duration.ofMinutes(10));
    requireBetween("probeInterval", probeInterval, Duration.ofMillis(50), Duration.ofMinutes(1));
  }

  /** The defaults, with {@code usercenter_admin} on the instance that holds shard 00. */
  public static DatabaseSettings of(
      ShardTopology topology, String user, DatabasePassword password) {
    return new DatabaseSettings(
        topology,
        topology.instances().getFirst(),
        user,
        password,
        10,
        2,
        4,
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofMillis(500));
  }

  /** The same databases, for another account of MySQL. */
  public DatabaseSettings as(String otherUser, DatabasePassword otherPassword) {
    return new DatabaseSettings(
        topology,
        admin,
        otherUser,
        otherPassword,
        connectionsPerInstance,
        scatterConnectionsPerInstance,
        adminConnections,
        connectTimeout,
        borrowTimeout,
        socketTimeout,
        probeInterval);
  }

  private static void requireConnections(String name, int value) {
    if (value < 1 || value > 1000) {
      throw new IllegalArgumentException(name + " must be 1 to 1000, was " + value);
    }
  }

  private static void requireBetween(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", was " + value);
    }
  }
}
