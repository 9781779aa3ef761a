package io.usercenter.role;

import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.ServerId;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes the copies of a player's characters, who is gone. First who owns the role id, then the
 * row that knows of it, so that whoever goes on after a crash finds what is left.
 */
public final class RoleEraser {
  private static final int AT_ONCE = 200;

  private final ShardPools pools;
  private final Shards shards;
  private final RoleLocatorTable locators;

  public RoleEraser(ShardPools pools, Shards shards) {
    this.pools = pools;
    this.shards = shards;
    this.locators = new RoleLocatorTable(pools);
  }

  /**
   * Removes all of them.
   *
   * @throws SQLException if a shard is away; to be called again
   */
  public void erase(UserId user) throws SQLException {
    List<RoleKey> some = some(user);
    while (!some.isEmpty()) {
      for (RoleKey role : some) {
        locators.remove(shards.ofRole(role.roleId().value()), role);
      }
      remove(user, some);
      some = some(user);
    }
    unpark(user);
  }

  private void unpark(UserId user) throws SQLException {
    try (Connection connection = pools.of(shards.of(user)).getConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM parked_role WHERE user_id = ?")) {
      delete.setLong(1, user.value());
      delete.executeUpdate();
    }
  }

  private List<RoleKey> some(UserId user) throws SQLException {
    try (Connection connection = pools.of(shards.of(user)).getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT server_id, role_id FROM role WHERE user_id = ? LIMIT " + AT_ONCE)) {
      select.setLong(1, user.value());
      List<RoleKey> keys = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          keys.add(new RoleKey(user, new ServerId(row.getString(1)), new RoleId(row.getString(2))));
        }
      }
      return keys;
    }
  }

  private void remove(UserId user, List<RoleKey> roles) throws SQLException {
    try (Connection connection = pools.of(shards.of(user)).getConnection();
        PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM role WHERE user_id = ? AND server_id = ? AND role_id = ?")) {
      for (RoleKey role : roles) {
        delete.setLong(1, user.value());
        delete.setString(2, role.serverId().value());
        delete.setString(3, role.roleId().value());
        delete.addBatch();
      }
      delete.executeBatch();
    }
  }
}
