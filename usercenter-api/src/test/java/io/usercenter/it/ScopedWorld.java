package io.usercenter.it;

import io.usercenter.id.UserId;
import io.usercenter.role.RoleStore;
import io.usercenter.roleevent.ParsedRoleEvent;
import io.usercenter.roleevent.RoleEvents;
import io.usercenter.roleevent.ServerId;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import io.usercenter.ticket.TicketKeys;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Players over some servers and channels, operators with grants on some of them, and who may know
 * of what: written down from the definition of scopes, and not with the code that is tested.
 */
final class ScopedWorld {
  /** A character; an empty channel is that of its account. */
  record Figure(String server, String roleId, String channel) {}

  record Player(String id, String name, String channel, List<Figure> characters) {
    /** Of the same shard, and nobody's. */
    String nobody() {
      return Long.toString(Long.parseLong(id) ^ (1L << 40));
    }
  }

  /** Null is all. */
  record Cell(@Nullable Set<String> servers, @Nullable Set<String> channels) {
    boolean server(String id) {
      return servers == null || servers.contains(id);
    }

    boolean channel(String id) {
      return channels == null || channels.contains(id);
    }
  }

  record Desk(String name, Client client, Map<String, List<Cell>> grants) {
    List<Cell> cells(String permission) {
      return grants.getOrDefault(permission, List.of());
    }

    boolean has(String permission) {
      return !cells(permission).isEmpty();
    }

    boolean everywhere(String permission) {
      return cells(permission).stream().anyMatch(c -> c.servers() == null && c.channels() == null);
    }

    /** Of everything on everything he may give and change what others have. */
    boolean hasAWholeWorld() {
      return grants.keySet().stream().anyMatch(this::everywhere);
    }

    boolean sees(String permission, Player player) {
      return cells(permission).stream()
          .anyMatch(
              cell ->
                  cell.channel(player.channel())
                      && (cell.servers() == null
                          || player.characters().stream().anyMatch(c -> cell.server(c.server()))));
    }

    boolean seesAllOf(String permission, Player player) {
      return sees(permission, player)
          && player.characters().stream()
              .allMatch(c -> holds(permission, c.server(), player.channel()));
    }

    boolean sees(String permission, Player player, Figure character) {
      return holds(
          permission,
          character.server(),
          character.channel().isEmpty() ? player.channel() : character.channel());
    }

    boolean seesOn(String permission, Player player, String server) {
      return sees(permission, player) && holds(permission, server, player.channel());
    }

    boolean seesServer(String permission, String server) {
      return cells(permission).stream().anyMatch(c -> c.channels() == null && c.server(server));
    }

    boolean holds(String permission, String server, String channel) {
      return cells(permission).stream().anyMatch(c -> c.server(server) && c.channel(channel));
    }
  }

  final RandomGenerator random;
  final String tag;
  final List<String> servers;
  final List<String> channels;
  final List<Player> players = new ArrayList<>();
  final List<Desk> desks = new ArrayList<>();
  final Map<String, String> rejected = new HashMap<>(); // id -> server
  private final Usercenter service;
  private final Client boss;

  ScopedWorld(Usercenter service, Client boss, RandomGenerator random, Set<String> permissions)
      throws Exception {
    this.service = service;
    this.boss = boss;
    this.random = random;
    this.tag = "w" + Integer.toString(random.nextInt(1 << 30), 36);
    this.servers = Stream.of("s1", "s2", "s3", "s4").map(id -> tag + id).toList();
    this.channels = Stream.of("c1", "c2", "c3").map(id -> tag + id).toList();
    for (String server : servers) {
      boss.post("/admin/v1/game-servers", Map.of("serverId", server, "name", server)).expect(201);
      service.bean(TicketKeys.class).deliver(new ServerId(server));
    }
    for (String channel : channels) {
      boss.post("/admin/v1/channels", Map.of("channel", channel, "name", channel)).expect(201);
    }
    for (int i = 0; i < 12; i++) {
      players.add(player(i));
    }
    rejections();
    desk(
        List.of(
            new Cell(Set.of(servers.get(0)), Set.of(channels.get(0))),
            new Cell(Set.of(servers.get(1)), Set.of(channels.get(1)))),
        permissions);
    for (int i = 0; i < 4; i++) {
      List<Cell> cells = new ArrayList<>();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        cells.add(new Cell(some(servers), some(channels)));
      }
      Set<String> few = new TreeSet<>(permissions);
      few.removeIf(permission -> random.nextInt(4) == 0);
      desk(cells, few);
    }
  }

  private @Nullable Set<String> some(List<String> ids) {
    if (random.nextInt(4) == 0) {
      return null;
    }
    Set<String> some = new TreeSet<>();
    for (int n = 1 + random.nextInt(2); n > 0; n--) {
      some.add(pick(ids));
    }
    return some;
  }

  <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private Player player(int number) {
    String name = tag + "-p" + number;
    String channel = pick(channels);
    String id =
        service
            .players()
            .post(
                "/v1/accounts",
                Map.of("username", name, "password", Client.PASSWORD, "channel", channel))
            .expect(201)
            .text("/account/userId");
    List<Figure> characters = new ArrayList<>();
    for (String server : servers) {
      if (random.nextInt(3) == 0) {
        String of = random.nextBoolean() ? "" : pick(channels);
        characters.add(new Figure(server, name + server, of));
      }
    }
    for (Figure character : characters) {
      if (RoleEvents.parse(event(character, id)) instanceof ParsedRoleEvent.Valid(var event)) {
        service.bean(RoleStore.class).apply(List.of(event));
      }
    }
    return new Player(id, name, channel, characters);
  }

  private String event(Figure character, String userId) {
    return """
    {"eventId":"e","type":"ROLE_UPDATED","serverId":"%s","userId":"%s","roleId":"%s","revision":1,
     "occurredAt":"2026-11-01T08:00:00Z","role":{"name":"%s","level":1,"channel":"%s"}}
    """
        .formatted(
            character.server(),
            userId,
            character.roleId(),
            character.roleId(),
            character.channel());
  }

  /** Rejected events and gaps of each server. */
  private void rejections() throws Exception {
    ShardPools pools = service.bean(ShardPools.class);
    try (Connection admin = pools.admin().getConnection();
        Connection shard = pools.of(Shards.all().iterator().next()).getConnection()) {
      for (String server : servers) {
        try (PreparedStatement insert =
                admin.prepareStatement(
                    """
                    INSERT INTO rejected_role_event
                      (stream, entry_id, rejected_at, reason, detail, server_id, event)
                    VALUES ('test', UUID(), UTC_TIMESTAMP(3), 'UNKNOWN_USER', 'for a test', ?, ?)
                    """,
                    PreparedStatement.RETURN_GENERATED_KEYS);
            PreparedStatement gap =
                shard.prepareStatement(
                    """
                    INSERT INTO role_feed (server_id, publisher, seen_to, ahead, stuck_at, seen_at)
                    VALUES (?, 'p', 1, '3', UTC_TIMESTAMP(3) - INTERVAL 1 DAY, UTC_TIMESTAMP(3))
                    """)) {
          insert.setString(1, server);
          insert.setString(
              2, event(new Figure(server, tag + "-gone", ""), players.getFirst().nobody()));
          insert.executeUpdate();
          try (var keys = insert.getGeneratedKeys()) {
            keys.next();
            rejected.put(keys.getString(1), server);
          }
          gap.setString(1, server);
          gap.executeUpdate();
        }
      }
    }
  }

  private void desk(List<Cell> cells, Set<String> permissions) {
    String name = tag + "-o" + desks.size();
    String group = boss.post("/admin/v1/groups", Map.of("name", name)).expect(201).text("/groupId");
    for (Cell cell : cells) {
      boss.post(
              "/admin/v1/groups/" + group + "/grants",
              Map.of(
                  "permissions",
                  permissions,
                  "servers",
                  cell.servers() == null ? "ALL" : Map.of("serverIds", cell.servers()),
                  "channels",
                  cell.channels() == null ? "ALL" : cell.channels()))
          .expect(201);
    }
    String password = "a desk in a random world";
    boss.post(
            "/admin/v1/operators",
            Map.of("name", name, "password", password, "groups", List.of(name)))
        .expect(201);
    String token =
        service
            .inside()
            .post("/admin/v1/sessions", Map.of("name", name, "password", password))
            .expect(201)
            .text("/token");
    Map<String, List<Cell>> grants = new HashMap<>();
    permissions.forEach(permission -> grants.put(permission, cells));
    desks.add(new Desk(name, service.inside().bearer(token), grants));
  }

  Optional<Player> byId(String id) {
    return players.stream().filter(player -> player.id().equals(id)).findFirst();
  }

  UserId userId(Player player) {
    return UserId.parse(player.id());
  }
}
