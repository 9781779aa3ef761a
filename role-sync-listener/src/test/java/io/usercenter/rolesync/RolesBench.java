package io.usercenter.rolesync;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.RolePublisher;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.MySqlSettings;
import io.usercenter.testkit.ProcessUse;
import io.usercenter.testkit.RedisServer;
import io.usercenter.testkit.RedisSettings;
import java.io.IOException;
import java.net.URI;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  private static final int END_TO_END = Integer.getInteger("bench.events", 800_000);

  /** Until the code is compiled: later it costs half. */
  private static final int WARM_UP = Integer.getInteger("bench.warm-up", 1_000_000);

  private static final int BACKLOG = Integer.getInteger("bench.backlog", 1_000_000);
  private static final Duration RAW = Duration.ofSeconds(15);
  private static final Duration AT_HALF = Duration.ofSeconds(20);

  private final List<UserId> users = new ArrayList<>();
  private long revision = 1;
  @TempDir private Path spool;

  @Test
  void roles() throws Exception {
    try (MySqlServer mysql = Backends.newMySql(MySqlSettings.standard().withBufferPoolMb(512));
        RedisServer redis = Backends.newRedis(RedisSettings.standard());
        World world = new World(mysql.address(), mysql.user(), mysql.password(), redis.url());
        RolePublisher publisher = publisher(redis)) {
      // As delivered, not in the haste of the tests.
      world.environment().keySet().removeIf(name -> name.startsWith("usercenter.role-sync."));
      world.migrate();
      world.awaitShards();
      for (Shard shard : Shards.all()) {
        users.addAll(world.users(shard, USERS_PER_SHARD));
      }
      Collections.shuffle(users, new java.util.Random(1));
      world.store.apply(firstEvents());

      Rate rawBefore = rawRows(world);
      Process listener = listener(world);
      try {
        publish(publisher, WARM_UP);
        Eventually.is("warm", Duration.ofMinutes(5), () -> world.backlog() == 0);
        long idle = ProcessUse.residentKib(listener.toHandle());

        long start = System.nanoTime();
        Used before = Used.now();
        publish(publisher, END_TO_END);
        Eventually.is("all applied", Duration.ofMinutes(5), () -> world.backlog() == 0);
        double rate = END_TO_END / seconds(start);
        Used used = Used.since(before, END_TO_END);
        Rate raw = rawBefore.and(rawRows(world)); // the machine may have changed meanwhile
        System.out.printf(
            "raw multi-row upsert           %,10.0f rows/s (%,.0f before, the rest after)%n",
            raw.perSecond(), rawBefore.perSecond());
        System.out.println("raw multi-row upsert           " + raw.used());
        System.out.printf(
            "published to visible           %,10.0f events/s, %.2f of raw%n",
            rate, rate / raw.perSecond());
        System.out.println("published to visible           " + used);
        System.out.printf(
            "published to visible           %.2f of raw where MySQL alone sets the limit%n",
            raw.used().mysql() / used.mysql());

        lagAt(world, publisher, rate / 2);
        listener.destroy();
        listener.waitFor();

        publish(publisher, BACKLOG);
        listener = listener(world);
        long most = 0;
        long begun = System.nanoTime();
        before = Used.now();
        while (world.backlog() > 0) {
          most = Math.max(most, ProcessUse.residentKib(listener.toHandle()));
          World.pause(Duration.ofMillis(200));
        }
        System.out.printf(
            "backlog of %,d events      worked off in %.0f s; listener %d MiB at rest, %d MiB at"
                + " most (heap limit 192)%n",
            BACKLOG, seconds(begun), idle >> 10, most >> 10);
        System.out.println(
            "backlog of events              with starting; " + Used.since(before, BACKLOG));
      } finally {
        listener.destroyForcibly().waitFor();
      }
    }
  }

  private record Rate(double perSecond, Used used) {
    /** The mean of both. */
    Rate and(Rate other) {
      return new Rate((perSecond + other.perSecond) / 2, used.and(other.used));
    }
  }

  /**
   * Processor time in microseconds. Unlike a rate it says the same beside other work.
   *
   * @param here publishing, or the raw writing
   */
  private record Used(double here, double listener, double redis, double mysql) {
    static Used now() {
      return new Used(
          micros(Stream.of(ProcessHandle.current())),
          micros(ProcessUse.started("/bin/java")),
          micros(ProcessUse.started("/redis-")),
          micros(ProcessUse.started("mysqld")));
    }

    static Used since(Used before, double events) {
      Used now = now();
      return new Used(
          (now.here - before.here) / events,
          (now.listener - before.listener) / events,
          (now.redis - before.redis) / events,
          (now.mysql - before.mysql) / events);
    }

    /** The mean of both. */
    Used and(Used other) {
      return new Used(
          (here + other.here) / 2,
          (listener + other.listener) / 2,
          (redis + other.redis) / 2,
          (mysql + other.mysql) / 2);
    }

    private static double micros(Stream<ProcessHandle> processes) {
      return ProcessUse.processorTime(processes).toNanos() / 1e3;
    }

    @Override
    public String toString() {
      return "processor time of each: MySQL %.1f us, Redis %.1f us, listener %.1f us, caller %.1f us"
          .formatted(mysql, redis, listener, here);
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** As a game server has it. */
  private RolePublisher publisher(RedisServer redis) throws IOException {
    return RolePublisher.builder()
        .serverId("s1")
        .serviceCredential(World.KEY.credentialId(), World.SECRET)
        .redis(URI.create(redis.url()))
        .spool(spool)
        .batchSize(500)
        .build();
  }

  private List<RoleEvent> firstEvents() {
    return users.stream()
        .map(
            user ->
                new RoleEvent(
                    "first",
                    RoleEvent.Type.ROLE_CREATED,
                    new ServerId("s1"),
                    user,
                    role(user),
                    RoleVersion.of(revision),
                    Instant.now(),
                    picture(0),
                    null))
        .toList();
  }

  private static RoleId role(UserId user) {
    return new RoleId("r" + user);
  }

  private static RolePicture picture(long power) {
    return new RolePicture("Ayla", 30, "mage", power, "steam");
  }

  /** One after the other for each character, over all shards, until all are in Redis. */
  private void publish(RolePublisher publisher, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      if (i % users.size() == 0) {
        revision++;
      }
      offer(publisher, users.get(i % users.size()), revision);
    }
    if (!publisher.flush(Duration.ofMinutes(5))) {
      throw new IllegalStateException("not sent: " + publisher.stats());
    }
  }

  /** With the time of the event as its power. */
  private static void offer(RolePublisher publisher, UserId user, long revision)
      throws InterruptedException {
    while (!publisher
        .updated(user, role(user), revision, picture(System.currentTimeMillis()))
        .accepted()) {
      World.pause(Duration.ofMillis(5)); // the spool is full
    }
  }

  /** The guarded upsert of the same columns of rows that are there, and nothing else. */
  private Rate rawRows(World world) throws Exception {
    String newer = "VALUES(revision) > role.revision";
    String raised =
        Stream.of(
                "channel",
                "name",
                "level",
                "job",
                "power",
                "last_login_at",
                "state",
                "more",
                "updated_at",
                "server_epoch",
                "revision")
            .map(column -> "%1$s = IF(%2$s, VALUES(%1$s), role.%1$s)".formatted(column, newer))
            .collect(Collectors.joining(", "));
    String rows = "(?,?,?,?,?,?,?,?,?,?,?,UTC_TIMESTAMP(3),?,?),".repeat(BATCH);
    String upsert =
        "INSERT INTO role (user_id, server_id, role_id, channel, name, level, job, power,"
            + " last_login_at, state, more, updated_at, server_epoch, revision) VALUES "
            + rows.substring(0, rows.length() - 1)
            + " ON DUPLICATE KEY UPDATE "
            + raised;
    List<List<UserId>> byShard = new ArrayList<>();
    for (Shard shard : Shards.all()) {
      byShard.add(users.stream().filter(user -> user.shard().equals(shard)).sorted().toList());
    }
    long above = revision;
    Used before = Used.now();
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
                    own += write(world, upsert, new Shard(shard), byShard.get(shard), round, above);
                  }
                  return own;
                }));
      }
      for (Future<Long> writer : writers) {
        written += writer.get();
      }
    }
    revision += 1_000_000; // above whatever was written here
    return new Rate(written / seconds(start), Used.since(before, (double) written));
  }

  private static int write(
      World world, String upsert, Shard shard, List<UserId> ofShard, long round, long above)
      throws SQLException {
    int from = (int) (round * BATCH % (ofShard.size() - BATCH));
    try (Connection connection = world.pools.of(shard).getConnection();
        PreparedStatement statement = connection.prepareStatement(upsert)) {
      int at = 1;
      for (UserId user : ofShard.subList(from, from + BATCH)) {
        RolePicture picture = picture(round);
        statement.setLong(at++, user.value());
        statement.setString(at++, "s1");
        statement.setString(at++, role(user).value());
        statement.setString(at++, picture.channel());
        statement.setString(at++, picture.name());
        statement.setInt(at++, picture.level());
        statement.setString(at++, picture.job());
        statement.setLong(at++, picture.power());
        statement.setObject(at++, null);
        statement.setString(at++, "ACTIVE");
        statement.setObject(at++, null);
        statement.setInt(at++, 0);
        statement.setLong(at++, above + 1 + round);
      }
      statement.executeUpdate();
    }
    return BATCH;
  }

  /** A row says when its event happened, in its power, and when it was written. */
  private void lagAt(World world, RolePublisher publisher, double rate) throws Exception {
    Instant since = Instant.now();
    long start = System.nanoTime();
    long sent = 0;
    while (System.nanoTime() - start < AT_HALF.toNanos()) {
      long due = (long) (rate * seconds(start));
      for (; sent < due; sent++) {
        offer(
            publisher, users.get((int) (sent % users.size())), revision + 1 + sent / users.size());
      }
      World.pause(Duration.ofMillis(5));
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

  private static Process listener(World world) throws IOException {
    return world.startListenerProcess(
        "bench-listener.log",
        System.getProperty("bench.jvm", "-Xmx192m -XX:+UseSerialGC").split(" ", -1));
  }
}
