package io.usercenter.role;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleId;
import io.usercenter.shard.DatabasePassword;
import io.usercenter.shard.DatabaseSettings;
import io.usercenter.shard.ShardMigrations;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.ShardTopology;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.MySqlServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** 32 migrated shards on real MySQL, with accounts as a test needs them. */
final class TestShards implements AutoCloseable {
  private static final AtomicLong NEXT = new AtomicLong(1_000_000);

  final Shards shards = new Shards(GeneFunction.CRC32);
  final ShardPools pools;
  final RoleStore store;

  /** Whom the store told of, beyond the users of the events. */
  final Set<UserId> changed = ConcurrentHashMap.newKeySet();

  final RoleDirectory directory;

  private TestShards(String instances, String user, String password) throws InterruptedException {
    DatabaseSettings settings =
        DatabaseSettings.of(ShardTopology.parse(instances), user, new DatabasePassword(password));
    ShardMigrations.Report report =
        new ShardMigrations(settings, shards).migrateAll((done, total, database, changed) -> {});
    if (!report.complete()) {
      throw new IllegalStateException("not migrated: " + report.failed());
    }
    pools = ShardPools.open(settings, shards, null, InstantSource.system());
    store = new RoleStore(pools, shards, InstantSource.system(), changed::add, 1_000);
    directory = new RoleDirectory(pools, shards);
  }

  /** All 32 on one server. */
  static TestShards on(MySqlServer server) throws InterruptedException {
    return awaited(new TestShards(server.address(), server.user(), server.password()));
  }

  /** 0 to 15 on one, 16 to 31 on the other. */
  static TestShards on(MySqlServer low, MySqlServer high) throws InterruptedException {
    return awaited(
        new TestShards(
            low.address() + "=0-15," + high.address() + "=16-31", low.user(), low.password()));
  }

  private static TestShards awaited(TestShards shards) throws InterruptedException {
    if (!shards.pools.awaitVerdicts(Duration.ofSeconds(20)) || !shards.pools.health().allUp()) {
      throw new IllegalStateException("not up: " + shards.pools.health());
    }
    return shards;
  }

  /** A new account in this shard. */
  UserId user(Shard shard) throws SQLException {
    return users(shard, 1).getFirst();
  }

  List<UserId> users(Shard shard, int count) throws SQLException {
    List<UserId> users = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      users.add(unknownUser(shard));
    }
    add(shard, users);
    return users;
  }

  /** From now on there is such a player. */
  void add(UserId user) throws SQLException {
    add(user.shard(), List.of(user));
  }

  private void add(Shard shard, List<UserId> users) throws SQLException {
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                """
                INSERT INTO user (user_id, username, display_name, password_hash, status, auth_epoch,
                                  channel, register_time, register_ip)
                VALUES (?, ?, ?, '-', 'ACTIVE', 1, '', UTC_TIMESTAMP(3), '127.0.0.1')
                """)) {
      for (UserId user : users) {
        statement.setLong(1, user.value());
        statement.setString(2, "player" + user);
        statement.setString(3, "player" + user);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** An id of this shard without an account. */
  static UserId unknownUser(Shard shard) {
    return new UserId(NEXT.incrementAndGet() << 8 | shard.number());
  }

  /** A role id whose locator lies in this shard. */
  RoleId roleId(Shard locator) {
    while (true) {
      RoleId candidate = new RoleId("r-" + NEXT.incrementAndGet());
      if (shards.ofRole(candidate.value()).equals(locator)) {
        return candidate;
      }
    }
  }

  @Override
  public void close() {
    pools.close();
  }
}
