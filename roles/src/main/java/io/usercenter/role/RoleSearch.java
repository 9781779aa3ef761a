package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.roleevent.ServerId;
import io.usercenter.scope.Condition;
import io.usercenter.scope.Scope;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.ShardScatter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds characters by name over all shards, for operators: from each shard the first ones behind a
 * place, by an index, so that a page costs the same however many there are before it.
 */
public final class RoleSearch {
  /** {@code utf8mb4_bin} compares code points, and no code point is beyond the last one. */
  private static final String BY_NAME =
      """
      SELECT user_id, server_id, role_id, name, level, job, power, channel, last_login_at, state,
             server_epoch, revision, created_at, more
        FROM role r
       WHERE name BETWEEN ? AND CONCAT(?, CONVERT(X'F48FBFBF' USING utf8mb4))
         AND (? IS NULL OR server_id = ?)
         AND (name > ? OR (name = ? AND (user_id > ? OR (user_id = ? AND
             (server_id > ? OR (server_id = ? AND role_id > ?))))))
         AND\s
      """;

  private static final String IN_ORDER = " ORDER BY name, user_id, server_id, role_id LIMIT ?";

  private static final char SEPARATOR = '\n'; // no name holds a control character

  private final ShardScatter scatter;

  public RoleSearch(ShardPools pools) {
    this.scatter = new ShardScatter(pools);
  }

  /**
   * Some of what was found.
   *
   * @param next for the next page; null at the end
   * @param away shards that could not be asked
   */
  public record Page(List<Role> roles, @Nullable String next, Set<Shard> away) {}

  /**
   * Characters whose names begin like this, tombstones too, in the order of their names.
   *
   * @param scope of the operator who asks
   * @param server only of this game server; null for all
   * @param after {@link Page#next} of the page before; null for the first one
   * @throws IllegalArgumentException if {@code after} is none
   */
  public Page byName(
      Scope scope, String beginning, @Nullable ServerId server, @Nullable String after, int atMost)
      throws InterruptedException {
    Cursor cursor =
        after == null ? new Cursor(beginning, Long.MIN_VALUE, "", "") : Cursor.of(after);
    ShardScatter.Gathered<List<Role>> gathered =
        scatter.ask(
            (shard, connection) ->
                byName(connection, scope.roles(), beginning, server, cursor, atMost));
    List<Role> roles = new ArrayList<>();
    gathered.answers().values().forEach(roles::addAll);
    roles.sort(BY_CODE_POINTS);
    List<Role> page = List.copyOf(roles.subList(0, Math.min(atMost, roles.size())));
    return new Page(
        page,
        page.size() < atMost ? null : Cursor.of(page.getLast()).text(),
        gathered.missing().keySet());
  }

  private static final Comparator<Role> BY_CODE_POINTS =
      Comparator.comparing(
              (Role role) -> role.name().getBytes(StandardCharsets.UTF_8),
              java.util.Arrays::compareUnsigned)
          .thenComparing(Role::userId)
          .thenComparing(Role::serverId)
          .thenComparing(Role::roleId);

  private static List<Role> byName(
      Connection connection,
      Condition scope,
      String beginning,
      @Nullable ServerId server,
      Cursor cursor,
      int atMost)
      throws SQLException {
    List<Role> roles = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(BY_NAME + scope.sql() + IN_ORDER)) {
      String serverId = server == null ? null : server.value();
      // A page further on begins behind the cursor, and the index need not look before it.
      select.setString(1, cursor.name());
      select.setString(2, beginning);
      select.setString(3, serverId);
      select.setString(4, serverId);
      select.setString(5, cursor.name());
      select.setString(6, cursor.name());
      select.setLong(7, cursor.userId());
      select.setLong(8, cursor.userId());
      select.setString(9, cursor.serverId());
      select.setString(10, cursor.serverId());
      select.setString(11, cursor.roleId());
      select.setInt(scope.bind(select, 12), atMost);
      try (ResultSet result = select.executeQuery()) {
        while (result.next()) {
          roles.add(RoleTable.role(result));
        }
      }
    }
    return roles;
  }

  private record Cursor(String name, long userId, String serverId, String roleId) {
    static Cursor of(Role role) {
      return new Cursor(
          role.name(), role.userId().value(), role.serverId().value(), role.roleId().value());
    }

    static Cursor of(String text) {
      String[] parts =
          new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8)
              .split(String.valueOf(SEPARATOR), -1);
      if (parts.length != 4) {
        throw new IllegalArgumentException("not a place in a search");
      }
      return new Cursor(parts[0], Long.parseLong(parts[1]), parts[2], parts[3]);
    }

    String text() {
      String parts = name + SEPARATOR + userId + SEPARATOR + serverId + SEPARATOR + roleId;
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(parts.getBytes(StandardCharsets.UTF_8));
    }
  }
}
