package io.usercenter.rolesync;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.redisson.client.RedisException;

/**
 * Five of a hundred events come twice, five in another order; three listeners are killed again and
 * again, Redis is restarted, one of two MySQL servers is away for a while. Afterwards the directory
 * equals what the game servers know, the locators too. {@code -Dchaos.events=1000000} is the long
 * form, {@code ./uc sim roles-chaos}.
 */
class RoleSyncChaosTest {
  private static final int EVENTS = Integer.getInteger("chaos.events", 20_000);
  private static final int PER_ROLE = 10;
  private static final Duration AWAY = Duration.ofSeconds(EVENTS < 100_000 ? 5 : 60);

  /** Each of three lives three times as long, and longer where starting takes most of that. */
  private static final Duration KILL_EVERY = Duration.ofSeconds(6);

  private static final Duration WORKS_FOR = Duration.ofSeconds(1);

  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
  private static final int AT_ONCE = 500;

  private final Random random = new Random(5);
  private final Map<String, Truth> truth = new TreeMap<>();
  private final AtomicInteger killed = new AtomicInteger();

  /** What a role is in the end. */
  private record Truth(UserId owner, int level, String state) {}

  @Test
  void theDirectoryEqualsTheTruthWhateverHappened() throws Exception {
    try (MySqlServer low = Backends.newMySql(MySqlSettings.standard().relaxed());
        MySqlServer high = Backends.newMySql(MySqlSettings.standard().relaxed());
        RedisServer redis = Backends.newRedis(RedisSettings.standard().keepingData());
        World world =
            new World(
                low.address() + "=0-15," + high.address() + "=16-31",
                low.user(),
                low.password(),
                redis.url())) {
      world.migrate();
      world.awaitShards();
      List<RoleEvent> events = history(world);
      long start = System.nanoTime();
      AtomicBoolean done = new AtomicBoolean();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<?> killer = threads.submit(() -> listenAndDie(world, done));
        Future<?> outage = null;
        for (int from = 0; from < events.size(); from += AT_ONCE) {
          publish(world, events.subList(from, Math.min(from + AT_ONCE, events.size())));
          if (passed(events, from, 0.3)) {
            redis.restart();
          }
          if (passed(events, from, 0.5)) {
            outage = threads.submit(() -> goAwayFor(high));
          }
          if (passed(events, from, 0.7)) {
            // On a busy machine the rest would otherwise be done before the first listener dies.
            Eventually.is("a listener was killed", Duration.ofMinutes(5), () -> killed.get() > 0);
          }
        }
        System.out.printf(
            "published %d events of %d roles in %d s%n",
            events.size(), truth.size(), seconds(start));
        if (outage != null) {
          outage.get();
        }
        Eventually.is("backlog done", Duration.ofMinutes(20), () -> world.backlog() == 0);
        done.set(true);
        killer.get();
      }
      world.awaitShards();
      compare(world);
      System.out.printf(
          "equal after %d s; listeners killed %d times, Redis restarted once, 16 shards away for"
              + " %d s%n",
          seconds(start), killed.get(), AWAY.toSeconds());
      assertThat(killed).hasPositiveValue();
    }
  }

  private static long seconds(long start) {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
  }

  private static boolean passed(List<RoleEvent> events, int from, double part) {
    return from <= part * events.size() && part * events.size() < from + AT_ONCE;
  }

  /** Some roles end as tombstones, some with another player; the rest just rise. */
  private List<RoleEvent> history(World world) throws SQLException {
    int roles = EVENTS / PER_ROLE;
    List<UserId> users = new ArrayList<>();
    for (Shard shard : Shards.all()) {
      users.addAll(world.users(shard, Math.max(2, roles / 64)));
    }
    List<RoleEvent> events = new ArrayList<>(EVENTS + EVENTS / 10);
    for (int revision = 1; revision <= PER_ROLE; revision++) {
      for (int role = 0; role < roles; role++) {
        UserId first = users.get(role % users.size());
        UserId second = users.get((role * 7 + 3) % users.size());
        boolean last = revision == PER_ROLE;
        boolean moved = role % 20 == 1;
        UserId owner = moved && last ? second : first;
        boolean deleted = last && role % 10 == 2;
        events.add(event(owner, role, revision, deleted));
        if (last) {
          truth.put("r" + role, new Truth(owner, revision, deleted ? "DELETED" : "ACTIVE"));
        }
      }
    }
    int distinct = events.size();
    for (int i = 0; i < distinct / 20; i++) {
      events.add(random.nextInt(events.size()), events.get(random.nextInt(distinct)));
      int a = random.nextInt(events.size());
      Collections.swap(events, a, Math.min(events.size() - 1, a + random.nextInt(5_000)));
    }
    return events;
  }

  private static RoleEvent event(UserId owner, int role, int revision, boolean deleted) {
    return new RoleEvent(
        "e" + revision,
        deleted
            ? RoleEvent.Type.ROLE_DELETED
            : revision == 1 ? RoleEvent.Type.ROLE_CREATED : RoleEvent.Type.ROLE_UPDATED,
        new ServerId("s1"),
        owner,
        new RoleId("r" + role),
        RoleVersion.of(revision),
        NOON.plusSeconds(revision),
        new RolePicture("Ayla", revision, "mage", 100L * revision, "steam"),
        null);
  }

  /** As a game server does it: sends again until Redis has taken it. */
  private static void publish(World world, List<RoleEvent> events) throws Exception {
    Eventually.is(
        "published",
        Duration.ofMinutes(2),
        () -> {
          try {
            world.publish(events);
            return true;
          } catch (RedisException e) {
            return false;
          }
        });
  }

  private @Nullable Void listenAndDie(World world, AtomicBoolean done) throws Exception {
    List<Process> listeners =
        new ArrayList<>(List.of(listener(world), listener(world), listener(world)));
    try {
      while (!done.get()) {
        World.pause(KILL_EVERY);
        Eventually.is(
            "a listener reads",
            Duration.ofMinutes(2),
            () -> done.get() || listeners.stream().anyMatch(world::reads));
        World.pause(WORKS_FOR);
        // Whichever reads: some get nothing while the others are fast enough.
        Optional<Process> reading = listeners.stream().filter(world::reads).findFirst();
        if (!done.get() && reading.isPresent()) {
          listeners.remove(reading.get());
          reading.get().destroyForcibly().waitFor(); // kill -9
          killed.incrementAndGet();
          listeners.add(listener(world));
        }
      }
      return null;
    } finally {
      for (Process listener : listeners) {
        listener.destroyForcibly().waitFor();
      }
    }
  }

  private @Nullable Void goAwayFor(MySqlServer server) throws InterruptedException {
    server.kill9();
    World.pause(AWAY);
    server.restart();
    return null;
  }

  private static Process listener(World world) throws IOException {
    return world.startListenerProcess(
        "chaos-listener.log", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
  }

  /** All rows of all shards, not samples. */
  private void compare(World world) throws SQLException {
    Map<String, Truth> shown = new TreeMap<>();
    Map<String, Long> locators = new TreeMap<>();
    long ousted = 0;
    for (Shard shard : Shards.all()) {
      try (Connection connection = world.pools.of(shard).getConnection();
          PreparedStatement roles =
              connection.prepareStatement(
                  "SELECT user_id, role_id, level, state, revision FROM role");
          PreparedStatement places =
              connection.prepareStatement(
                  "SELECT role_id, user_id, ousted_user_id FROM role_locator")) {
        try (ResultSet row = roles.executeQuery()) {
          while (row.next()) {
            Truth found = new Truth(new UserId(row.getLong(1)), row.getInt(3), row.getString(4));
            Truth wanted = truth.get(row.getString(2));
            if (wanted != null && !wanted.owner().equals(found.owner())) {
              assertThat(found.state())
                  .as("%s, which another player has", row.getString(2))
                  .isEqualTo("DELETED");
            } else {
              shown.put(row.getString(2), found);
            }
          }
        }
        try (ResultSet row = places.executeQuery()) {
          while (row.next()) {
            locators.put(row.getString(1), row.getLong(2));
            ousted += row.getObject(3) == null ? 0 : 1;
          }
        }
      }
    }
    assertThat(shown).hasSize(truth.size());
    assertThat(shown.equals(truth)).as("every role equals the truth").isTrue();
    assertThat(ousted).isZero();
    Map<String, Long> owners = new TreeMap<>();
    truth.forEach((role, wanted) -> owners.put(role, wanted.owner().value()));
    assertThat(locators.equals(owners)).as("every locator leads to the owner").isTrue();
  }
}
