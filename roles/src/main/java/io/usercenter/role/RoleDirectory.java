package io.usercenter.role;

import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.ServerId;
import io.usercenter.scope.Condition;
import io.usercenter.scope.Scope;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads characters: all of a player in one statement on the player's shard, the owners of a role id
 * in one on the shard of the role id. Every method throws {@link
 * io.usercenter.shard.ShardUnavailableException} when that shard is away.
 */
public final class RoleDirectory {
  /** At most so many characters of a player, and owners of a role id, are read. */
  public static final int LIMIT = 1_000;

  /** What {@link #read} reads from a row of {@code role r}: to be the first columns of a query. */
  public static final String COLUMNS =
      """
      r.user_id, r.server_id, r.role_id, r.channel, r.name, r.level, r.job, r.power,
      r.last_login_at, r.state, r.server_epoch, r.revision, r.created_at, r.more
      """;

  /** How many columns these are. */
  public static final int COLUMN_COUNT = COLUMNS.split(",", -1).length;

  private static final String ROLES = "SELECT " + COLUMNS + " FROM role r WHERE r.user_id = ? AND ";

  /** Last used first, never used last; then by server and role. */
  private static final Comparator<Role> ORDER =
      Comparator.comparing(RoleDirectory::lastLogin, Comparator.reverseOrder())
          .thenComparing(Role::serverId)
          .thenComparing(Role::roleId);

  private final ShardPools pools;
  private final Shards shards;
  private final RoleLocatorTable locators;

  public RoleDirectory(ShardPools pools, Shards shards) {
    this.pools = pools;
    this.shards = shards;
    this.locators = new RoleLocatorTable(pools);
  }

  /** The characters that still exist, on all game servers; empty for a user without any. */
  public PlayerRoles of(UserId user) throws SQLException {
    return existing(withDeleted(user));
  }

  /** A character from a row that begins with {@link #COLUMNS}. */
  public static Role read(ResultSet row) throws SQLException {
    return RoleTable.role(row);
  }

  /** Those of one player that still exist, in their order. */
  public static PlayerRoles existing(List<Role> all) {
    List<Role> roles =
        all.stream().filter(role -> role.state() == Role.State.ACTIVE).sorted(ORDER).toList();
    @Nullable ServerId lastServer =
        roles.isEmpty() || roles.getFirst().lastLoginAt() == null
            ? null
            : roles.getFirst().serverId();
    return new PlayerRoles(roles, lastServer);
  }

  /** Like {@link #of}, with tombstones. */
  public List<Role> withDeleted(UserId user) throws SQLException {
    return withDeleted(Scope.EVERYTHING, user);
  }

  /** The same, those that are in scope, for operators. */
  public List<Role> withDeleted(Scope scope, UserId user) throws SQLException {
    List<Role> roles = new ArrayList<>();
    Condition within = scope.roles();
    try (Connection connection = pools.of(shards.of(user)).getConnection();
        PreparedStatement statement =
            connection.prepareStatement(ROLES + within.sql() + " LIMIT ?")) {
      statement.setLong(1, user.value());
      statement.setInt(within.bind(statement, 2), LIMIT);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          roles.add(RoleTable.role(result));
        }
      }
    }
    roles.sort(ORDER);
    return roles;
  }

  /** Who owns a character with this id; one entry for each game server that uses the id. */
  public List<RoleOwner> byRoleId(RoleId roleId) throws SQLException {
    return byRoleId(Scope.EVERYTHING, roleId);
  }

  /** The same for an operator; who owns it, he has yet to be found to see. */
  public List<RoleOwner> byRoleId(Scope scope, RoleId roleId) throws SQLException {
    return locators.owners(shards.ofRole(roleId.value()), roleId, scope.knownServers(), LIMIT);
  }

  private static Instant lastLogin(Role role) {
    Instant at = role.lastLoginAt();
    return at == null ? Instant.MIN : at;
  }
}
