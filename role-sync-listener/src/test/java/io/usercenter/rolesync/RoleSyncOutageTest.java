package io.usercenter.rolesync;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.role.RoleOwner;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.MySqlSettings;
import io.usercenter.testkit.RedisServer;
import io.usercenter.testkit.RedisSettings;
import io.usercenter.testkit.TcpProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.redisson.client.RedisException;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/** Things break while events flow; in the end the directory equals what the game servers know. */
class RoleSyncOutageTest {
  private static MySqlServer low;
  private static MySqlServer high;
  private static RedisServer redis;
  private static World world;

  @BeforeAll
  static void start() {
    low = Backends.newMySql(MySqlSettings.standard().relaxed());
    high = Backends.newMySql(MySqlSettings.standard().relaxed());
    redis = Backends.newRedis(RedisSettings.standard().keepingData());
    world =
        new World(
            low.address() + "=0-15," + high.address() + "=16-31",
            low.user(),
            low.password(),
            redis.url());
  }

  @AfterAll
  static void stop() {
    world.close();
    redis.close();
    high.close();
    low.close();
  }

  private static void ensureSchema() throws Exception {
    if (!world.pools.health().allUp()) {
      world.migrate();
      world.awaitShards();
    }
  }

  @Test
  void aListenerThatComesFirstWaitsForSchemaAndRedis() throws Exception {
    redis.stop();
    try (ConfigurableApplicationContext listener = world.startListener()) {
      RoleSyncHealth health = listener.getBean(RoleSyncHealth.class);
      assertThat(health.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
      redis.restart();
      ensureSchema();
      UserId user = world.users(new Shard(1), 1).getFirst();
      publish(List.of(World.atLevel(user, 1)));

      Eventually.is("role", () -> world.levelOf(user) == 1);
      Eventually.is("ready", () -> health.health().getStatus().equals(Status.UP));
    }
  }

  @Test
  void tenThousandEventsThroughKillsAndARedisRestartEqualTheTruth() throws Exception {
    ensureSchema();
    Random random = new Random(11);
    List<RoleEvent> events = new ArrayList<>();
    List<UserId> users = new ArrayList<>();
    for (Shard shard : Shards.all()) {
      users.addAll(world.users(shard, 30));
    }
    for (UserId user : users) {
      for (int level = 1; level <= 10; level++) {
        events.add(World.atLevel(user, level));
      }
    }
    int distinct = events.size();
    for (int i = 0; i < distinct / 20; i++) {
      events.add(events.get(random.nextInt(distinct)));
    }
    Collections.shuffle(events, random);
    assertThat(events.size()).isGreaterThan(10_000);

    Process first = startProcess();
    try {
      for (int from = 0; from < events.size(); from += 500) {
        publish(events.subList(from, Math.min(from + 500, events.size())));
        if (from == 3_000) {
          Eventually.is("first listener at work", () -> someLevel(users) > 0);
          first.destroyForcibly().waitFor(); // kill -9, with batches under way
        }
        if (from == 6_000) {
          redis.restart();
        }
      }
    } finally {
      first.destroyForcibly();
    }
    // The second is told to stop in the midst of it, the third finishes.
    try (ConfigurableApplicationContext second = world.startListener()) {
      RoleSyncMeters meters = second.getBean(RoleSyncMeters.class);
      Eventually.is("second at work", () -> meters.counts().applied() > 500);
    }
    try (ConfigurableApplicationContext third = world.startListener()) {
      Eventually.is("backlog done", () -> world.backlog() == 0);
      assertThat(third.getBean(RoleSyncMeters.class).counts().rejected()).isZero();
    }

    for (UserId user : users) {
      RoleEvent truth = World.atLevel(user, 10);
      assertThat(world.directory.of(user).roles())
          .singleElement()
          .satisfies(
              role -> {
                assertThat(role.level()).isEqualTo(10);
                assertThat(role.power()).isEqualTo(1_000);
                assertThat(role.version()).isEqualTo(RoleVersion.of(10));
              });
      assertThat(world.directory.byRoleId(truth.roleId()))
          .containsExactly(new RoleOwner(user, truth.serverId()));
    }
  }

  /** They were given to a listener that lives, so nobody takes them over for an hour. */
  @Test
  void entriesWhoseAnswerWasLostAreNotForgotten() throws Exception {
    ensureSchema();
    List<UserId> users = new ArrayList<>();
    for (Shard shard : Shards.all()) {
      users.addAll(world.users(shard, 1));
    }
    try (TcpProxy way = TcpProxy.to(redis.port());
        World behind =
            new World(
                low.address() + "=0-15," + high.address() + "=16-31",
                low.user(),
                low.password(),
                "redis://" + way.address())) {
      behind.environment().put("usercenter.role-sync.takeover-after", "1h");
      try (ConfigurableApplicationContext listener = behind.startListener()) {
        RoleSyncHealth health = listener.getBean(RoleSyncHealth.class);
        Eventually.is("ready", () -> health.health().getStatus().equals(Status.UP));
        // A question is on its way when the entries come, and its answer when the way is cut.
        for (int level = 1; level <= 5; level++) {
          way.delay(Duration.ofMillis(100));
          for (UserId user : users) {
            publish(List.of(World.atLevel(user, level)));
          }
          World.pause(Duration.ofMillis(150));
          way.cut();
          way.mend();
        }
        Eventually.is(
            "all entries are done",
            () -> {
              for (UserId user : users) {
                if (world.levelOf(user) != 5) {
                  return false;
                }
              }
              return true;
            });
      }
    }
  }

  @Test
  void aShardThatIsAwayHoldsUpItsOwnStreamOnly() throws Exception {
    ensureSchema();
    List<UserId> near = new ArrayList<>();
    for (int shard = 0; shard < 16; shard++) {
      near.addAll(world.users(new Shard(shard), 20));
    }
    List<UserId> far = world.users(new Shard(30), 20);
    try (ConfigurableApplicationContext listener = world.startListener()) {
      RoleSyncHealth health = listener.getBean(RoleSyncHealth.class);
      Eventually.is("ready", () -> health.health().getStatus().equals(Status.UP));
      high.kill9();

      publish(near.stream().map(user -> World.atLevel(user, 1)).toList());
      publish(far.stream().map(user -> World.atLevel(user, 1)).toList());

      // Half of the role ids have their locator on the server that is away: no reason to wait.
      for (UserId user : near) {
        Eventually.is("role of " + user, () -> world.levelOf(user) == 1);
      }
      publish(near.stream().map(user -> World.atLevel(user, 2)).toList());
      for (UserId user : near) {
        Eventually.is("next level of " + user, () -> world.levelOf(user) == 2);
      }
      assertThat(world.backlog()).isGreaterThanOrEqualTo(far.size());
      assertThat(health.health().getStatus()).isEqualTo(Status.UP);
      Eventually.is(
          "shard 30 named",
          () -> String.valueOf(health.health().getDetails().get("waiting")).contains("30="));

      high.restart();
      Eventually.is("backlog done", () -> world.backlog() == 0);
      // The listener may have seen the server come back before the pools of this test did.
      Eventually.is("the test reaches all shards", () -> world.pools.health().allUp());
      for (UserId user : far) {
        assertThat(world.levelOf(user)).isEqualTo(1);
      }
      for (UserId user : near) {
        assertThat(world.directory.byRoleId(World.atLevel(user, 1).roleId()))
            .extracting(RoleOwner::userId)
            .containsExactly(user);
      }
    }
  }

  private static int someLevel(List<UserId> users) throws Exception {
    int highest = 0;
    for (UserId user : users.subList(0, 50)) {
      highest = Math.max(highest, world.levelOf(user));
    }
    return highest;
  }

  /** As a game server does: sends again until Redis has taken it. */
  private static void publish(List<RoleEvent> events) throws Exception {
    Eventually.is(
        "published",
        () -> {
          try {
            world.publish(events);
            return true;
          } catch (RedisException e) {
            return false;
          }
        });
  }

  /** A listener as a process of its own, which can be killed. */
  private static Process startProcess() throws IOException {
    return world.startListenerProcess("killed-listener.log", "-XX:TieredStopAtLevel=1");
  }
}
