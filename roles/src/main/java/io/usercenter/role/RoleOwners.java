package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.shard.Deadlocks;
import io.usercenter.shard.Shards;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who owns a character: of all who were told to have it, who was told last. The locator names him,
 * and the rows of the others become tombstones.
 */
final class RoleOwners {
  /** Each round settles one dispute about a character; a game server can hardly make more. */
  private static final int MAX_ROUNDS = 5;

  private final RoleTables tables;
  private final Shards shards;
  private final Consumer<UserId> changed;

  /**
   * @param changed is told of users who lost a character
   */
  RoleOwners(RoleTables tables, Shards shards, Consumer<UserId> changed) {
    this.tables = tables;
    this.shards = shards;
    this.changed = changed;
  }

  /** The claims by the shard of their locator. */
  SortedMap<Shard, SortedMap<RoleKey, RoleVersion>> byLocator(Map<RoleKey, RoleVersion> claims) {
    SortedMap<Shard, SortedMap<RoleKey, RoleVersion>> byShard = new TreeMap<>();
    claims.forEach(
        (key, version) ->
            byShard
                .computeIfAbsent(
                    shards.ofRole(key.roleId().value()), _ -> new TreeMap<>(RoleKey.BY_ROLE_ID))
                .put(key, version));
    return byShard;
  }

  /**
   * Makes users the owners of characters, and sees to it that of several who were told to have one
   * only the owner shows it.
   *
   * @param shard of the locators
   */
  void claim(Shard shard, SortedMap<RoleKey, RoleVersion> claims) throws SQLException {
    boolean[] allFree = {false};
    Deadlocks.retryingWrite(() -> allFree[0] = tables.insertOwners(shard, claims));
    SortedMap<RoleKey, RoleVersion> open = claims;
    for (int round = 0; !allFree[0] && !open.isEmpty(); round++) {
      if (round == MAX_ROUNDS) {
        throw new SQLTransientException(
            "characters change hands too fast: " + open.keySet().iterator().next());
      }
      SortedMap<RoleKey, RoleVersion> these = open;
      Deadlocks.retryingWrite(() -> tables.claim(shard, these));
      open = settle(shard, these);
    }
  }

  /** Returns the claims that have to be made (again). */
  private SortedMap<RoleKey, RoleVersion> settle(Shard shard, Map<RoleKey, RoleVersion> claims)
      throws SQLException {
    SortedMap<RoleKey, RoleVersion> again = new TreeMap<>(RoleKey.BY_ROLE_ID);
    for (Map.Entry<RoleKey, RoleTables.Place> each :
        tables.disputed(shard, List.copyOf(claims.keySet())).entrySet()) {
      RoleKey claimed = each.getKey();
      RoleTables.Place place = each.getValue();
      UserId ousted = place.ousted();
      if (ousted != null) {
        RoleKey theirs = new RoleKey(ousted, claimed.serverId(), claimed.roleId());
        RoleVersion stands = bury(theirs, place.version());
        changed.accept(ousted);
        if (stands == null) {
          tables.settled(shard, theirs, place.version());
        } else {
          again.put(theirs, stands); // ousted by somebody who was told before him
        }
      }
      if (!place.owner().equals(claimed.userId())) {
        RoleVersion mine = claims.getOrDefault(claimed, RoleVersion.NONE);
        RoleVersion stands =
            mine.isNewerThan(place.version()) ? mine : bury(claimed, place.version());
        if (stands != null && stands.isNewerThan(place.version())) {
          again.put(claimed, stands);
        }
      }
    }
    return again;
  }

  private @Nullable RoleVersion bury(RoleKey key, RoleVersion since) throws SQLException {
    RoleVersion stands = tables.bury(shards.of(key.userId()), key, since);
    return stands == null || !stands.isNewerThan(since) ? null : stands;
  }
}
