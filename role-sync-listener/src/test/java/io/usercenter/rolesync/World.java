package io.usercenter.rolesync;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.role.Role;
import io.usercenter.role.RoleDirectory;
import io.usercenter.role.RoleEventStreams;
import io.usercenter.role.RoleStore;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleEventEntry;
import io.usercenter.roleevent.RoleEventKey;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import io.usercenter.shard.DatabasePassword;
import io.usercenter.shard.DatabaseSettings;
import io.usercenter.shard.ShardMigrations;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.ShardTopology;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.ThisJvm;
import java.io.File;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.redisson.Redisson;
import org.redisson.api.RStream;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * What surrounds a listener: the shards and Redis, seen from the game servers' and the readers'
 * side.
 */
final class World implements AutoCloseable {
  private static final AtomicLong NEXT = new AtomicLong(1_000_000);
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

  static final String SECRET = "secret";

  /** Of the game servers {@code s1} and {@code s2}. */
  static final RoleEventKey KEY = RoleEventKey.of("gs_credential01", SECRET);

  final Shards shards = new Shards(GeneFunction.CRC32);
  final DatabaseSettings settings;
  final ShardPools pools;
  final RoleStore store;
  final RoleDirectory directory;
  final RedissonClient redis;
  final RoleEventStreams streams;
  private final Map<String, String> environment = new LinkedHashMap<>();

  /** Databases that are not migrated yet. */
  World(String instances, String user, String password, String redisUrl) {
    settings =
        DatabaseSettings.of(ShardTopology.parse(instances), user, new DatabasePassword(password));
    pools = ShardPools.open(settings, shards, null, InstantSource.system());
    store = new RoleStore(pools, shards, InstantSource.system(), _ -> {}, 1_000);
    directory = new RoleDirectory(pools, shards);
    Config config = new Config();
    config.setLazyInitialization(true);
    config
        .useSingleServer()
        .setAddress(redisUrl)
        .setConnectionPoolSize(4)
        .setConnectionMinimumIdleSize(1);
    redis = Redisson.create(config);
    streams = new RoleEventStreams(redis);
    environment.put("UC_DB_INSTANCES", instances);
    environment.put("UC_DB_USER", user);
    environment.put("UC_DB_PASSWORD", password);
    environment.put("UC_REDIS_URL", redisUrl);
    environment.put("UC_LISTENER_PORT", "0");
    environment.put("UC_LOG_FORMAT", "");
    environment.put("usercenter.role-sync.retry-delay", "200ms");
    environment.put("usercenter.role-sync.takeover-after", "1s");
    environment.put("usercenter.role-sync.gather-for", "20ms");
    environment.put("usercenter.role-sync.upkeep-every", "100ms");
  }

  void migrate() throws Exception {
    ShardMigrations.Report report =
        new ShardMigrations(settings, shards).migrateAll((done, total, database, changed) -> {});
    if (!report.complete()) {
      throw new IllegalStateException("not migrated: " + report.failed());
    }
    Eventually.is("admin database", () -> pools.health().admin().up());
    credential(KEY, "s1,s2");
  }

  /** A credential as the service makes it, whose secret is {@code secret}. */
  void credential(RoleEventKey key, String serverIds) throws SQLException {
    try (Connection connection = pools.admin().getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT IGNORE INTO service_credential
                  (credential_id, name, server_ids, secret_hash, created_at, created_by)
                VALUES (?, 'test', ?, UNHEX(SHA2('secret', 256)), UTC_TIMESTAMP(3), 'test')
                """)) {
      insert.setString(1, key.credentialId());
      insert.setString(2, serverIds);
      insert.executeUpdate();
    }
  }

  void revoke(RoleEventKey key) throws SQLException {
    admin(
        "UPDATE service_credential SET revoked_at = UTC_TIMESTAMP(3) WHERE credential_id = '%s'"
            .formatted(key.credentialId()));
  }

  /** As an operator does it. */
  void pause(Shard shard, boolean paused) throws SQLException {
    admin(
        paused
            ? "INSERT INTO role_stream_pause VALUES (%d, 'looking at it', 'alice', UTC_TIMESTAMP(3))"
                .formatted(shard.number())
            : "DELETE FROM role_stream_pause WHERE stream = " + shard.number());
  }

  private void admin(String sql) throws SQLException {
    try (Connection connection = pools.admin().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.executeUpdate();
    }
  }

  void publish(List<RoleEvent> events) {
    streams.publish(events, KEY, null);
  }

  void awaitShards() throws Exception {
    Eventually.is("all shards up", () -> pools.health().allUp());
  }

  /** What a listener is told by its environment. */
  Map<String, String> environment() {
    return environment;
  }

  /**
   * A listener as a process of its own, which can be killed.
   *
   * @param log under {@code target}; processes add to it
   */
  Process startListenerProcess(String log, String... jvmOptions) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ThisJvm.java());
    command.addAll(List.of(jvmOptions));
    command.add("-cp");
    command.add(ThisJvm.classPath());
    command.add(RoleSyncApplication.class.getName());
    environment.forEach((name, value) -> command.add("--" + name + "=" + value));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(new File("target/" + log)))
        .start();
  }

  /** Whether Redis has given entries to a listener, whose name in the group has its process id. */
  boolean reads(Process listener) {
    String part = "-" + listener.pid() + "-";
    try {
      RStream<String, String> stream =
          redis.getStream(RoleEventEntry.streamOf(new Shard(0)), StringCodec.INSTANCE);
      return stream.listConsumers(RoleEventEntry.GROUP).stream()
          .anyMatch(consumer -> consumer.getName().contains(part));
    } catch (RedisException e) {
      return false; // it is away, or has no group yet
    }
  }

  /** Lets time pass for real: it is what the processes under test live in. */
  static void pause(Duration time) throws InterruptedException {
    var _ = new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** A listener in this process. */
  ConfigurableApplicationContext startListener() {
    List<String> arguments = new ArrayList<>();
    environment.forEach((name, value) -> arguments.add("--" + name + "=" + value));
    return new SpringApplicationBuilder(RoleSyncApplication.class)
        .run(arguments.toArray(String[]::new));
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

  static UserId unknownUser(Shard shard) {
    return new UserId(NEXT.incrementAndGet() << 8 | shard.number());
  }

  /** The user's only role on server s1, at a level that is its revision. */
  static RoleEvent atLevel(UserId user, int level) {
    return new RoleEvent(
        "e" + level,
        level == 1 ? RoleEvent.Type.ROLE_CREATED : RoleEvent.Type.ROLE_UPDATED,
        new ServerId("s1"),
        user,
        new RoleId("r" + user),
        RoleVersion.of(level),
        NOON.plusSeconds(level),
        new RolePicture("Ayla", level, "mage", 100L * level, "steam"),
        null);
  }

  int levelOf(UserId user) throws SQLException {
    return directory.of(user).roles().stream().mapToInt(Role::level).max().orElse(0);
  }

  /** Entries that are not done, in all streams. */
  long backlog() {
    return Shards.all().stream().mapToLong(shard -> stream(shard).size()).sum();
  }

  RStream<String, String> stream(Shard shard) {
    return redis.getStream(RoleEventEntry.streamOf(shard), StringCodec.INSTANCE);
  }

  /** Of the rejected list: {@code reason detail} by event text. */
  Map<String, String> rejected() throws SQLException {
    Map<String, String> rejected = new LinkedHashMap<>();
    try (Connection connection = pools.admin().getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT event, reason, detail FROM rejected_role_event ORDER BY rejected_id");
        ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        rejected.put(result.getString(1), result.getString(2) + " " + result.getString(3));
      }
    }
    return rejected;
  }

  @Override
  public void close() {
    redis.shutdown();
    pools.close();
  }
}
