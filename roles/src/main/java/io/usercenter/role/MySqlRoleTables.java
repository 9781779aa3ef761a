package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import io.usercenter.shard.ShardPools;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The tables of the shards. */
final class MySqlRoleTables implements RoleTables {
  private final RoleTable roles;
  private final RoleLocatorTable locators;
  private final RoleFeedTable feeds;
  private final ParkedRoleTable parked;

  MySqlRoleTables(ShardPools pools) {
    this.roles = new RoleTable(pools);
    this.locators = new RoleLocatorTable(pools);
    this.feeds = new RoleFeedTable(pools);
    this.parked = new ParkedRoleTable(pools);
  }

  @Override
  public List<Known> read(Shard shard, List<RoleKey> keys) throws SQLException {
    return roles.read(shard, keys);
  }

  @Override
  public void upsert(Shard shard, Map<RoleKey, RoleRow> rows) throws SQLException {
    roles.upsert(shard, rows);
  }

  @Override
  public boolean raise(Shard shard, Map<RoleKey, RoleRow> rows) throws SQLException {
    return roles.raise(shard, rows);
  }

  @Override
  public boolean advance(Shard shard, Map<RoleKey, RoleRow> rows) throws SQLException {
    return roles.advance(shard, rows);
  }

  @Override
  public void park(Shard shard, Map<RoleKey, RoleRow> rows) throws SQLException {
    roles.park(shard, rows);
  }

  @Override
  public @Nullable RoleVersion bury(Shard shard, RoleKey key, RoleVersion since)
      throws SQLException {
    return roles.bury(shard, key, since);
  }

  @Override
  public SortedMap<RoleKey, Stored> ofServer(
      Shard shard, ServerId server, @Nullable RoleKey after, @Nullable RoleKey upTo, int atMost)
      throws SQLException {
    return roles.ofServer(shard, server, after, upTo, atMost);
  }

  @Override
  public boolean insertOwners(Shard shard, Map<RoleKey, RoleVersion> claims) throws SQLException {
    return locators.insert(shard, claims);
  }

  @Override
  public void claim(Shard shard, Map<RoleKey, RoleVersion> claims) throws SQLException {
    locators.claim(shard, claims);
  }

  @Override
  public Map<RoleKey, Place> disputed(Shard shard, List<RoleKey> keys) throws SQLException {
    return locators.disputed(shard, keys);
  }

  @Override
  public List<RoleKey> notOwned(Shard shard, List<RoleKey> keys) throws SQLException {
    return locators.notOwned(shard, keys);
  }

  @Override
  public void settled(Shard shard, RoleKey ousted, RoleVersion at) throws SQLException {
    locators.settled(shard, ousted, at);
  }

  @Override
  public void note(Shard shard, SortedMap<Feed, List<Long>> numbers) throws SQLException {
    feeds.note(shard, numbers);
  }

  @Override
  public void settleNumbers(Shard shard, ServerId server, Instant before) throws SQLException {
    feeds.settle(shard, server, before);
  }

  @Override
  public SortedMap<RoleKey, RoleRow> parkedOfPresent(Shard shard, int atMost) throws SQLException {
    return parked.ofPresent(shard, atMost);
  }

  @Override
  public SortedMap<RoleKey, RoleRow> parkedBefore(Shard shard, Instant moment, int atMost)
      throws SQLException {
    return parked.before(shard, moment, atMost);
  }

  @Override
  public void unpark(Shard shard, Map<RoleKey, RoleRow> rows) throws SQLException {
    parked.remove(shard, rows);
  }

  @Override
  public long parked(Shard shard) throws SQLException {
    return parked.count(shard);
  }
}
