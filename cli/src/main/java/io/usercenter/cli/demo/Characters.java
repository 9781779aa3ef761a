package io.usercenter.cli.demo;

import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The two characters of a player, on two game servers: the first levels up, the second is used
 * last.
 */
final class Characters {
  /** The game servers of the demo. */
  static final List<String> SERVERS = List.of("demo-1", "demo-2");

  private static final int FIRST_LEVEL = 31;
  private static final int SECOND_LEVEL = 7;

  private final UserId userId;
  private final RoleId first;
  private final RoleId second;
  private final String name;

  /**
   * @param tag makes the ids of the characters unique over all runs
   */
  Characters(UserId userId, Player player, String tag) {
    this.userId = userId;
    this.first = new RoleId("%s-%d-a".formatted(tag, player.number()));
    this.second = new RoleId("%s-%d-b".formatted(tag, player.number()));
    this.name = player.typed();
  }

  String firstRoleId() {
    return first.value();
  }

  List<RoleEvent> created(Instant at) {
    return List.of(
        event(RoleEvent.Type.ROLE_CREATED, 0, first, 1, at, picture(FIRST_LEVEL - 1, "mage")),
        event(RoleEvent.Type.ROLE_CREATED, 1, second, 1, at, picture(SECOND_LEVEL, "archer")));
  }

  List<RoleEvent> levelledUpAndLoggedIn(Instant at) {
    return List.of(
        event(RoleEvent.Type.ROLE_UPDATED, 0, first, 2, at, picture(FIRST_LEVEL, "mage")),
        event(RoleEvent.Type.ROLE_LOGGED_IN, 1, second, 1, at.plus(Duration.ofMillis(1)), null));
  }

  /** An event of a game server that the credential of the demo does not speak for. */
  static RoleEvent ofAnotherServer(UserId userId, Instant at) {
    return new RoleEvent(
        "foreign",
        RoleEvent.Type.ROLE_LOGGED_IN,
        new ServerId("not-of-the-demo"),
        userId,
        new RoleId("foreign"),
        RoleVersion.of(1),
        at,
        null,
        null);
  }

  private RoleEvent event(
      RoleEvent.Type type,
      int server,
      RoleId role,
      long revision,
      Instant at,
      @Nullable RolePicture picture) {
    return new RoleEvent(
        "%s.%s.%d".formatted(role.value(), type, revision),
        type,
        new ServerId(SERVERS.get(server)),
        userId,
        role,
        RoleVersion.of(revision),
        at,
        picture,
        null);
  }

  private RolePicture picture(int level, String job) {
    return new RolePicture(name, level, job, level * 1_000L, "demo");
  }

  /** Whether an answer with roles and last server shows what the events told. */
  boolean areIn(Answer answer) {
    JsonNode roles = answer.body().path("roles");
    return roles.size() == 2
        && roles.path(0).path("roleId").asString("").equals(second.value())
        && roles.path(0).path("lastLoginAt").isString()
        && roles.path(1).path("level").asInt(-1) == FIRST_LEVEL
        && answer.body().path("lastServerId").asString("").equals(SERVERS.get(1));
  }

  /** Compares the roles and the last server of an answer, field by field. */
  void compare(Answer answer, Checks checks) {
    compare(answer.toString(), answer.body().path("roles"), checks);
    checks.same(answer, "/lastServerId", SERVERS.get(1));
  }

  /** Compares a list of roles, which is in the order of their last use. */
  void compare(String where, JsonNode roles, Checks checks) {
    checks.same(where + ": the number of roles", roles.size(), 2);
    compare(where, roles.path(0), second, 1, picture(SECOND_LEVEL, "archer"), checks);
    compare(where, roles.path(1), first, 0, picture(FIRST_LEVEL, "mage"), checks);
  }

  private static void compare(
      String where, JsonNode role, RoleId id, int server, RolePicture picture, Checks checks) {
    checks.same(where, role, "/roleId", id.value());
    checks.same(where, role, "/serverId", SERVERS.get(server));
    checks.same(where, role, "/name", picture.name());
    checks.same(where, role, "/job", picture.job());
    checks.same(where, role, "/channel", picture.channel());
    checks.same(where + ": the level of " + id, role.path("level").asInt(-1), picture.level());
    checks.same(where + ": the power of " + id, role.path("power").asLong(-1), picture.power());
  }
}
