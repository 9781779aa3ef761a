package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.roleevent.ServerId;
import io.usercenter.scope.Condition;
import io.usercenter.scope.Scope;
import io.usercenter.shard.ShardPages;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.ShardScatter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds characters over all shards, for operators: from each shard the first ones behind a place,
 * by an index, so that a page costs the same however many there are before it.
 */
public final class RoleSearch {
  private static final String SELECT =
      "SELECT"
          + ShardScatter.AT_MOST_A_SECOND
          + """
          r.user_id, r.server_id, r.role_id, r.name, r.level, r.job, r.power, r.channel,
             r.last_login_at, r.state, r.server_epoch, r.revision, r.created_at, r.more
          """;

  /** {@code utf8mb4_bin} compares code points, and no code point is beyond the last one. */
  private static final String BY_NAME =
      SELECT
          + """
            FROM role r
           WHERE r.name BETWEEN ? AND CONCAT(?, CONVERT(X'F48FBFBF' USING utf8mb4))
             AND (? IS NULL OR r.server_id = ?)
             AND (r.name > ? OR (r.name = ? AND (r.user_id > ? OR (r.user_id = ? AND
                 (r.server_id > ? OR (r.server_id = ? AND r.role_id > ?))))))
             AND\s
          """;

  private static final String IN_ORDER_OF_NAMES =
      " ORDER BY r.name, r.user_id, r.server_id, r.role_id LIMIT ?";

  private static final String BY_SERVER =
      SELECT
          + """
            FROM role r FORCE INDEX (role_server)
           WHERE r.server_id = ? AND r.user_id >= ? AND (r.user_id > ? OR r.role_id > ?)
             AND\s
          """;

  private static final String IN_ORDER_OF_USERS = " ORDER BY r.user_id, r.role_id LIMIT ?";

  private static final ShardPages<Role, Place> BY_NAMES =
      new ShardPages<>(
          Place::of,
          Comparator.comparing(
                  (Place place) -> place.name().getBytes(StandardCharsets.UTF_8),
                  Arrays::compareUnsigned)
              .thenComparingLong(Place::userId)
              .thenComparing(Place::serverId)
              .thenComparing(Place::roleId));

  private static final ShardPages<Role, Place> BY_USERS =
      new ShardPages<>(
          Place::of, Comparator.comparingLong(Place::userId).thenComparing(Place::roleId));

  private final ShardScatter scatter;

  public RoleSearch(ShardPools pools) {
    this.scatter = new ShardScatter(pools, ShardScatter.PATIENCE);
  }

  /**
   * Some of what was found.
   *
   * @param next for the next page; null at the end
   * @param away shards that could not be asked
   */
  public record Page(List<Role> roles, @Nullable String next, Set<Shard> away) {
    private static Page of(ShardPages.Page<Role, Place> page) {
      return new Page(page.rows(), page.next() == null ? null : page.next().text(), page.away());
    }
  }

  /**
   * Characters whose names begin like this, tombstones too, in the order of their names.
   *
   * @param scope of who looks; a character beyond it is not there
   * @param server only of this game server; null for all
   * @param after {@link Page#next} of the page before; null for the first one
   * @throws IllegalArgumentException if {@code after} is none
   */
  public Page byName(
      Scope scope, String beginning, @Nullable ServerId server, @Nullable String after, int atMost)
      throws InterruptedException {
    Place place = after == null ? new Place(beginning, Long.MIN_VALUE, "", "") : Place.read(after);
    int each = ShardPages.ofEach(atMost);
    return Page.of(
        BY_NAMES.merged(
            scatter.ask(
                (shard, connection) ->
                    BY_NAMES.part(byName(connection, scope, beginning, server, place, each), each)),
            atMost));
  }

  /**
   * All characters of a game server, tombstones too, in the order of their players' ids.
   *
   * @param scope of who looks; a character beyond it is not there
   * @param after {@link Page#next} of the page before; null for the first one
   * @throws IllegalArgumentException if {@code after} is none
   */
  public Page byServer(Scope scope, ServerId server, @Nullable String after, int atMost)
      throws InterruptedException {
    Place place = after == null ? new Place("", Long.MIN_VALUE, "", "") : Place.read(after);
    int each = ShardPages.ofEach(atMost);
    return Page.of(
        BY_USERS.merged(
            scatter.ask(
                (shard, connection) ->
                    BY_USERS.part(byServer(connection, scope, server, place, each), each)),
            atMost));
  }

  private static List<Role> byName(
      Connection connection,
      Scope scope,
      String beginning,
      @Nullable ServerId server,
      Place place,
      int atMost)
      throws SQLException {
    Condition within = scope.roles();
    try (PreparedStatement select =
        connection.prepareStatement(BY_NAME + within.sql() + IN_ORDER_OF_NAMES)) {
      String serverId = server == null ? null : server.value();
      // A page further on begins behind the place, and the index need not look before it.
      select.setString(1, place.name());
      select.setString(2, beginning);
      select.setString(3, serverId);
      select.setString(4, serverId);
      select.setString(5, place.name());
      select.setString(6, place.name());
      select.setLong(7, place.userId());
      select.setLong(8, place.userId());
      select.setString(9, place.serverId());
      select.setString(10, place.serverId());
      select.setString(11, place.roleId());
      select.setInt(within.bind(select, 12), atMost);
      return roles(select);
    }
  }

  private static List<Role> byServer(
      Connection connection, Scope scope, ServerId server, Place place, int atMost)
      throws SQLException {
    Condition within = scope.roles();
    try (PreparedStatement select =
        connection.prepareStatement(BY_SERVER + within.sql() + IN_ORDER_OF_USERS)) {
      select.setString(1, server.value());
      select.setLong(2, place.userId());
      select.setLong(3, place.userId());
      select.setString(4, place.roleId());
      select.setInt(within.bind(select, 5), atMost);
      return roles(select);
    }
  }

  private static List<Role> roles(PreparedStatement select) throws SQLException {
    List<Role> roles = new ArrayList<>();
    try (ResultSet result = select.executeQuery()) {
      while (result.next()) {
        roles.add(RoleTable.role(result));
      }
    }
    return roles;
  }

  private record Place(String name, long userId, String serverId, String roleId) {
    private static final int PARTS = 4;

    static Place of(Role role) {
      return new Place(
          role.name(), role.userId().value(), role.serverId().value(), role.roleId().value());
    }

    static Place read(String text) {
      List<String> parts = ShardPages.parts(text, PARTS);
      return new Place(parts.get(0), Long.parseLong(parts.get(1)), parts.get(2), parts.get(3));
    }

    String text() {
      return ShardPages.text(name, Long.toString(userId), serverId, roleId);
    }
  }
}
