package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.shard.Deadlocks;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Takes over characters of other systems together with their accounts. */
public final class LegacyRoles {
  private final RoleLocatorTable locators;
  private final Shards shards;

  public LegacyRoles(ShardPools pools, Shards shards) {
    this.locators = new RoleLocatorTable(pools);
    this.shards = shards;
  }

  /**
   * Claims characters for accounts that are about to be made, so that no two get the same one. Such
   * a claim never ousts an owner, and gives way to any game server that tells otherwise. Whoever
   * makes claims has noted them durably before, and {@link #release releases} those of which the
   * account was not made.
   *
   * @return those that somebody else has; they are not claimed
   * @throws SQLException if a shard is away: some may be claimed. Doing it again is safe.
   */
  public Set<RoleKey> reserve(Collection<RoleKey> characters) throws SQLException {
    Set<RoleKey> taken = new HashSet<>();
    for (Map.Entry<Shard, List<RoleKey>> each : byLocator(characters).entrySet()) {
      SortedMap<RoleKey, RoleVersion> lowest = new TreeMap<>(RoleKey.BY_ROLE_ID);
      each.getValue().forEach(key -> lowest.put(key, RoleVersion.NONE));
      boolean[] allFree = {false};
      Deadlocks.retryingWrite(() -> allFree[0] = locators.insert(each.getKey(), lowest));
      if (!allFree[0]) {
        taken.addAll(locators.ofOthers(each.getKey(), each.getValue()));
      }
    }
    return taken;
  }

  /**
   * Takes claims back. Only for users that do not exist.
   *
   * @throws SQLException if a shard is away: some may be left. Doing it again is safe.
   */
  public void release(Collection<RoleKey> characters) throws SQLException {
    for (Map.Entry<Shard, List<RoleKey>> each : byLocator(characters).entrySet()) {
      Deadlocks.retryingWrite(() -> locators.delete(each.getKey(), each.getValue()));
    }
  }

  /**
   * Writes the characters of new accounts, with the lowest revision.
   *
   * @param connection in the transaction that makes the accounts
   * @param roles {@link #reserve reserved} before
   */
  public void insert(Connection connection, Map<RoleKey, LegacyRole> roles) throws SQLException {
    RoleTable.insert(connection, roles);
  }

  private SortedMap<Shard, List<RoleKey>> byLocator(Collection<RoleKey> characters) {
    SortedMap<Shard, List<RoleKey>> byShard = new TreeMap<>();
    for (RoleKey key : characters) {
      byShard.computeIfAbsent(shards.ofRole(key.roleId().value()), _ -> new ArrayList<>()).add(key);
    }
    return byShard;
  }
}
