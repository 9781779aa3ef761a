package io.usercenter.role;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleId;
import io.usercenter.shard.Shards;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The tables of the simulated worlds keep the contract, so that what holds there holds here. */
class InMemoryRoleTablesTest extends RoleTablesContract {
  private static final Shards SHARDS = new Shards(GeneFunction.CRC32);

  private @Nullable InMemoryRoleTables tables;

  private InMemoryRoleTables inMemory() {
    InMemoryRoleTables made = tables;
    if (made == null) {
      made = new InMemoryRoleTables(InMemoryRoleTables.QUIET, InstantSource.system());
      tables = made;
    }
    return made;
  }

  @Override
  RoleTables tables() {
    return inMemory();
  }

  @Override
  void addPlayer(UserId user) {
    inMemory().addPlayer(user);
  }

  @Override
  Shard locatorOf(RoleId role) {
    return SHARDS.ofRole(role.value());
  }
}
