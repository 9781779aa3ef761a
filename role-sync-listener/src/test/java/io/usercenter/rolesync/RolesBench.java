package io.usercenter.rolesync;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.MySqlSettings;
import io.usercenter.testkit.RedisServer;
import io.usercenter.testkit.RedisSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Events a second from publishing to the directory, beside the rows a second that the same MySQL
 * takes in the same run when nothing else is done; how old events are at half that rate; and what a
 * backlog does to the memory of a listener. Publisher, listener, Redis and MySQL share one machine.
 * No part of the tests: its name is not that of a test, so it runs when asked for by {@code
 * -Dtest=RolesBench} only, best on a machine that does nothing else.
 */
class RolesBench {
  private static final int USERS_PER_SHARD = 500;
  private static final int BATCH = 200;
  private static final int WRITERS = 8;
  private static final int END_TO_END = Integer.getInteger("bench.events", 400_000);
  private static final int BACKLOG = Integer.getInteger("bench.backlog", 1_000_000);
  private static final Duration RAW = Duration.ofSeconds(15);
  private static final Duration AT_HALF = Duration.ofSeconds(20);

  private final List<UserId> users = new ArrayList<>();
  private long revision = 1;

  @Test
  void roles() throws Exception {
    try (MySqlServer mysql = Backends.newMySql(MySqlSettings.standard().withBufferPoolMb(512));
        RedisServer redis = Backends.newRedis(RedisSettings.standard());
        World world = new World(mysql.address(), mysql.user(), mysql.password(), redis.url())) {
      world.environment().put("usercenter.role-sync.takeover-after", "30s");
      world.migrate();
      world.awaitShards();
      for (Shard shard : Shards.all()) {
        users.addAll(world.users(shard, USERS_PER_SHARD));
      }
      Collections.shuffle(users, new java.util.Random(1));
      world.store.apply(events(users.size(), Instant.EPOCH.plus(Duration.ofDays(20_000))));

      double raw = rawRowsPerSecond(world);
      System.out.printf("raw multi-row upsert           %,10.0f rows/s%n", raw);

      Process listener = listener(world);
      try {
        publish(world, 20_000);
        Eventually.is("warm", Duration.ofMinutes(2), () -> world.backlog() == 0);
        long idle = residentKib(listener);

        long start = System.nanoTime();
        publish(world, END_TO_END);
        Eventually.is("all applied", Duration.ofMinutes(5), () -> world.backlog() == 0);
        double rate = END_TO_END / seconds(start);
        System.out.printf(
            "published to visible           %,10.0f events/s, %.2f of raw%n", rate, rate / raw);

        lagAt(world, rate / 2);
        listener.destroy();
        listener.waitFor();

        publish(world, BACKLOG);
        listener = listener(world);
        long most = 0;
        long begun = System.nanoTime();
        while (world.backlog() > 0) {
          most = Math.max(most, residentKib(listener));
          World.pause(Duration.ofMillis(200));
        }
        System.out.printf(
            "backlog of %,d events      worked off in %.0f s; listener %d MiB at rest, %d MiB at"
                + " most (heap limit 192)%n",
            BACKLOG, seconds(begun), idle >> 10, most >> 10);
      } finally {
        listener.destroyForcibly().waitFor();
      }
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Each for another role, over all shards. */
  private List<RoleEvent> events(int count, Instant at) {
    List<RoleEvent> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      if (i % users.size() == 0) {
        revision++;
      }
      UserId user = users.get(i % users.size());
      events.add(
          new RoleEvent(
              "e" + revision,
              RoleEvent.Type.ROLE_UPDATED,
              new ServerId("s1"),
              user,
              new RoleId("r" + user),
              RoleVersion.of(revision),
              at,
              new RolePicture(
                  "Ayla", (int) revision, "mage", Math.max(0, at.toEpochMilli()), "steam"),
              null));
    }
    return events;
  }

  private void publish(World world, int count) {
    for (int done = 0; done < count; done += users.size()) {
      List<RoleEvent> some = events(Math.min(users.size(), count - done), Instant.now());
      for (int from = 0; from < some.size(); from += 1_000) {
        world.publish(some.subList(from, Math.min(from + 1_000, some.size())));
      }
    }
  }

  /** The guarded upsert of rows that are there, and nothing else. */
  private double rawRowsPerSecond(World world) throws Exception {
    String rows = "(?,?,?,'steam','Ayla',?,'mage',1,'ACTIVE',?,UTC_TIMESTAMP(3)),".repeat(BATCH);
    String upsert =
        "INSERT INTO role (user_id, server_id, role_id, channel, name, level, job, power, state,"
            + " revision, updated_at) VALUES "
            + rows.substring(0, rows.length() - 1)
            + " ON DUPLICATE KEY UPDATE level = IF(VALUES(revision) > role.revision, VALUES(level),"
            + " role.level), updated_at = IF(VALUES(revision) > role.revision, VALUES(updated_at),"
            + " role.updated_at), revision = GREATEST(role.revision, VALUES(revision))";
    List<List<UserId>> byShard = new ArrayList<>();
    for (Shard shard : Shards.all()) {
      byShard.add(users.stream().filter(user -> user.shard().equals(shard)).sorted().toList());
    }
    long end = System.nanoTime() + RAW.toNanos();
    long start = System.nanoTime();
    long written = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
      List<Future<Long>> writers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        int first = writer;
        writers.add(
            threads.submit(
                () -> {
                  long own = 0;
                  for (long round = 0; System.nanoTime() < end; round++) {
                    int shard = (int) ((first + WRITERS * round) % Shard.COUNT);
                    own += write(world, upsert, new Shard(shard), byShard.get(shard), round);
                  }
                  return own;
                }));
      }
      for (Future<Long> writer : writers) {
        written += writer.get();
      }
    }
    revision += 1_000_000; // above whatever was written here
    return written / seconds(start);
  }

  private static int write(
      World world, String upsert, Shard shard, List<UserId> ofShard, long round)
      throws SQLException {
    int from = (int) (round * BATCH % (ofShard.size() - BATCH));
    try (Connection connection = world.pools.of(shard).getConnection();
        PreparedStatement statement = connection.prepareStatement(upsert)) {
      int at = 1;
      for (UserId user : ofShard.subList(from, from + BATCH)) {
        statement.setLong(at++, user.value());
        statement.setString(at++, "s1");
        statement.setString(at++, "r" + user);
        statement.setInt(at++, (int) round);
        statement.setLong(at++, 10 + round);
      }
      statement.executeUpdate();
    }
    return BATCH;
  }

  /** A row says when its event happened, in its power, and when it was written. */
  private void lagAt(World world, double rate) throws Exception {
    Instant since = Instant.now();
    long start = System.nanoTime();
    long sent = 0;
    while (System.nanoTime() - start < AT_HALF.toNanos()) {
      long due = (long) (rate * seconds(start));
      if (due - sent >= 100) {
        List<RoleEvent> some = new ArrayList<>();
        for (int i = 0; i < due - sent; i++) {
          UserId user = users.get((int) ((sent + i) % users.size()));
          some.add(
              new RoleEvent(
                  "e",
                  RoleEvent.Type.ROLE_UPDATED,
                  new ServerId("s1"),
                  user,
                  new RoleId("r" + user),
                  RoleVersion.of(revision + 1 + (sent + i) / users.size()),
                  Instant.now(),
                  new RolePicture("Ayla", 1, "mage", System.currentTimeMillis(), "steam"),
                  null));
        }
        world.publish(some);
        sent = due;
      } else {
        World.pause(Duration.ofMillis(5));
      }
    }
    revision += 1_000_000;
    Eventually.is("all applied", Duration.ofMinutes(2), () -> world.backlog() == 0);
    List<Long> ages = new ArrayList<>();
    for (Shard shard : Shards.all()) {
      try (Connection connection = world.pools.of(shard).getConnection();
          PreparedStatement select =
              connection.prepareStatement(
                  "SELECT ROUND(UNIX_TIMESTAMP(updated_at) * 1000) - power FROM role WHERE power >="
                      + " ?")) {
        select.setLong(1, since.toEpochMilli());
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            ages.add(row.getLong(1));
          }
        }
      }
    }
    long[] sorted = ages.stream().mapToLong(Long::longValue).sorted().toArray();
    System.out.printf(
        "lag at %,6.0f events/s          p50 %d ms, p99 %d ms, most %d ms (%d rows)%n",
        rate,
        sorted[sorted.length / 2],
        sorted[sorted.length * 99 / 100],
        Arrays.stream(sorted).max().orElse(0),
        sorted.length);
  }

  private static long residentKib(Process process) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return 0;
  }

  private static Process listener(World world) throws IOException {
    return world.startListenerProcess("bench-listener.log", "-Xmx192m", "-XX:+UseSerialGC");
  }
}
