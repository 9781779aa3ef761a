package io.usercenter.rolesync;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.ParsedRoleEvent;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleEventEntry;
import io.usercenter.roleevent.RoleEventKey;
import io.usercenter.roleevent.RoleEvents;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.stream.StreamAddArgs;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Game servers already tell a field that these listeners do not know, while the listeners are
 * replaced one after the other. Whoever gets an event, and whatever becomes of it, the field is
 * kept for those who know it.
 */
class RollingUpgradeTest {
  private static final RoleEventKey OF_OTHERS = RoleEventKey.of("gs_credential21", World.SECRET);

  private World world;

  @BeforeEach
  void start() throws Exception {
    MySqlServer mysql = Backends.mysql();
    world = new World(mysql.address(), mysql.user(), mysql.password(), Backends.redis().url());
    world.migrate();
    world.awaitShards();
    world.credential(OF_OTHERS, "s7");
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void aFieldThatOldListenersDoNotKnowIsNotLost() throws Exception {
    List<UserId> players = new ArrayList<>();
    for (Shard shard : Shards.all()) {
      players.addAll(world.users(shard, 10));
    }
    UserId later = World.unknownUser(new Shard(21));
    UserId never = World.unknownUser(new Shard(22));
    UserId refused = world.users(new Shard(23), 1).getFirst();
    int half = players.size() / 2;

    ConfigurableApplicationContext first = world.startListener();
    ConfigurableApplicationContext second = world.startListener();
    ConfigurableApplicationContext third = null;
    try {
      for (UserId player : players.subList(0, half)) {
        publish(newer(World.atLevel(player, 1)), World.KEY);
        publish(newer(World.atLevel(player, 2)), World.KEY);
      }
      publish(newer(World.atLevel(later, 1)), World.KEY);
      publish(newer(World.atLevel(never, 1)), World.KEY);
      publish(newer(World.atLevel(refused, 1)), OF_OTHERS);
      first.close();
      third = world.startListener();
      for (UserId player : players.subList(half, players.size())) {
        publish(newer(World.atLevel(player, 2)), World.KEY);
        publish(newer(World.atLevel(player, 1)), World.KEY);
      }
      second.close();

      Eventually.is("all done", () -> world.backlog() == 0);
      for (UserId player : players) {
        assertThat(more(player)).isEqualTo("{\"guild\":{\"id\":2}}");
      }
      world.add(later);
      Eventually.is("adopted", () -> world.levelOf(later) == 1);
      assertThat(more(later)).isEqualTo("{\"guild\":{\"id\":1}}");
      assertThat(world.rejected().get(newer(World.atLevel(refused, 1))))
          .isEqualTo("NOT_GRANTED gs_credential21 does not speak for server s1");
    } finally {
      first.close();
      second.close();
      if (third != null) {
        third.close();
      }
    }
    List<RoleEvent> givenUp = new ArrayList<>();
    world.store.expire(new Shard(22), Instant.now().plusSeconds(1), givenUp::addAll);
    assertThat(givenUp)
        .filteredOn(event -> event.userId().equals(never))
        .singleElement()
        .extracting(RoleEvents::write)
        .asString()
        .contains("\"guild\":{\"id\":1}");
  }

  /** As a game server of a later version tells it. */
  private static String newer(RoleEvent event) {
    return RoleEvents.write(event)
        .replace(
            "\"role\":{", "\"role\":{\"guild\":{\"id\":%s},".formatted(event.version().revision()))
        .replace("\"eventId\"", "\"season\":9,\"eventId\"");
  }

  private void publish(String text, RoleEventKey key) {
    RoleEvent event =
        switch (RoleEvents.parse(text)) {
          case ParsedRoleEvent.Valid(RoleEvent valid) -> valid;
          case ParsedRoleEvent.Refused(_, String message) -> throw new AssertionError(message);
        };
    var _ =
        world.stream(event.userId().shard())
            .add(
                StreamAddArgs.entries(
                    Map.of(
                        RoleEventEntry.EVENT, text,
                        RoleEventEntry.CREDENTIAL, key.credentialId(),
                        RoleEventEntry.SIGNATURE, key.sign(text))));
  }

  private @Nullable String more(UserId user) throws SQLException {
    try (Connection connection = world.pools.of(user.shard()).getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT more FROM role WHERE user_id = ?")) {
      select.setLong(1, user.value());
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }
}
