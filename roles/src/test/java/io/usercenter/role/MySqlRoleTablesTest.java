package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleId;
import io.usercenter.testkit.Backends;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The real tables keep the contract. */
class MySqlRoleTablesTest extends RoleTablesContract {
  private static TestShards shards;

  @BeforeAll
  static void open() throws InterruptedException {
    shards = TestShards.on(Backends.mysql());
  }

  @AfterAll
  static void close() {
    shards.close();
  }

  @Override
  RoleTables tables() {
    return new MySqlRoleTables(shards.pools);
  }

  @Override
  void addPlayer(UserId user) {
    try {
      shards.add(user);
    } catch (SQLException e) {
      throw new AssertionError("no player could be added", e);
    }
  }

  @Override
  Shard locatorOf(RoleId role) {
    return shards.shards.ofRole(role.value());
  }
}
