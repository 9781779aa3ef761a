package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tables without a database, for simulated worlds. Each method is one transaction, as in MySQL:
 * before and after it anything may happen, within it nothing.
 */
class InMemoryRoleTables implements RoleTables {
  /** What may happen between two transactions. */
  interface Surroundings {
    /** Before a transaction; fails when the shard is away. */
    void before(Shard shard) throws SQLException;

    /** After it, before its answer arrives. */
    void after(Shard shard);
  }

  /** Nothing ever happens. */
  static final Surroundings QUIET =
      new Surroundings() {
        @Override
        public void before(Shard shard) {}

        @Override
        public void after(Shard shard) {}
      };

  /** A character of a game server, whoever has it. */
  record Named(ServerId server, RoleId role) {
    static Named of(RoleKey key) {
      return new Named(key.serverId(), key.roleId());
    }
  }

  private record Parked(RoleRow row, Instant since) {}

  private final Surroundings surroundings;
  private final InstantSource clock;
  final Map<RoleKey, Stored> roles = new HashMap<>();
  final Map<Named, Place> places = new HashMap<>();
  private final Map<RoleKey, Parked> parked = new HashMap<>();
  final Map<Shard, Map<Feed, SeenNumbers>> feeds = new HashMap<>();
  private final Set<UserId> players = new HashSet<>();
  private final Set<UserId> erased = new HashSet<>();

  InMemoryRoleTables(Surroundings surroundings, InstantSource clock) {
    this.surroundings = surroundings;
    this.clock = clock;
  }

  void addPlayer(UserId user) {
    players.add(user);
  }

  void erase(UserId user) {
    erased.add(user);
  }

  private interface Work<T> {
    T run();
  }

  private <T> T transaction(Shard shard, Work<T> work) throws SQLException {
    surroundings.before(shard);
    T result = work.run();
    surroundings.after(shard);
    return result;
  }

  @Override
  public List<Known> read(Shard shard, List<RoleKey> keys) throws SQLException {
    return transaction(
        shard,
        () -> {
          List<Known> known = new ArrayList<>();
          for (RoleKey key : keys) {
            Stored stored = roles.get(key);
            known.add(
                new Known(
                    erased.contains(key.userId())
                        ? Player.ERASED
                        : players.contains(key.userId()) ? Player.PRESENT : Player.ABSENT,
                    stored == null
                        ? null
                        : new Version(
                            stored.row().version(),
                            stored.row().state(),
                            stored.row().lastLoginAt())));
          }
          return known;
        });
  }

  @Override
  public void upsert(Shard shard, Map<RoleKey, RoleRow> rows) throws SQLException {
    transaction(
        shard,
        () -> {
          rows.forEach(this::put);
          return true;
        });
  }

  @Override
  public boolean raise(Shard shard, Map<RoleKey, RoleRow> rows) throws SQLException {
    return put(
        shard, rows, (before, row) -> before == null || before.row().state() != Role.State.DELETED);
  }

  @Override
  public boolean advance(Shard shard, Map<RoleKey, RoleRow> rows) throws SQLException {
    return put(
        shard,
        rows,
        (before, row) ->
            before != null
                && before.row().state() == Role.State.ACTIVE
                && row.version().isNewerThan(before.row().version()));
  }

  /** Whether a row may be put where this one is. */
  private interface Condition {
    boolean holds(@Nullable Stored before, RoleRow row);
  }

  /** Tells whether all were there and are different now. */
  private boolean put(Shard shard, Map<RoleKey, RoleRow> rows, Condition condition)
      throws SQLException {
    return transaction(
        shard,
        () -> {
          boolean all = true;
          for (Map.Entry<RoleKey, RoleRow> each : rows.entrySet()) {
            Stored before = roles.get(each.getKey());
            if (condition.holds(before, each.getValue())) {
              put(each.getKey(), each.getValue());
            }
            all &= before != null && !before.equals(roles.get(each.getKey()));
          }
          return all;
        });
  }

  /** The rule, in one place so that a world can have another one. */
  RoleRow merged(RoleRow before, RoleRow news) {
    return before.with(news);
  }

  void put(RoleKey key, RoleRow news) {
    Stored before = roles.get(key);
    if (before == null) {
      roles.put(key, new Stored(news, clock.instant()));
      return;
    }
    RoleRow after = merged(before.row(), news);
    boolean changed = !after.version().equals(before.row().version());
    roles.put(key, new Stored(after, changed ? clock.instant() : before.changedAt()));
  }

  @Override
  public void park(Shard shard, Map<RoleKey, RoleRow> rows) throws SQLException {
    transaction(
        shard,
        () -> {
          rows.forEach(
              (key, row) ->
                  parked.merge(
                      key,
                      new Parked(row, clock.instant()),
                      (before, news) -> new Parked(before.row().with(news.row()), before.since())));
          return true;
        });
  }

  @Override
  public @Nullable RoleVersion bury(Shard shard, RoleKey key, RoleVersion since)
      throws SQLException {
    Stored still =
        transaction(
                shard,
                () -> {
                  Stored stored = roles.get(key);
                  if (stored != null
                      && stored.row().state() == Role.State.ACTIVE
                      && since.isNewerThan(stored.row().version())) {
                    RoleRow row = stored.row();
                    roles.put(
                        key,
                        new Stored(
                            new RoleRow(
                                row.picture(), Role.State.DELETED, since, row.lastLoginAt()),
                            clock.instant()));
                  }
                  return java.util.Optional.ofNullable(roles.get(key));
                })
            .orElse(null);
    return still == null ? null : still.row().version();
  }

  @Override
  public SortedMap<RoleKey, Stored> ofServer(
      Shard shard, ServerId server, @Nullable RoleKey after, @Nullable RoleKey upTo, int atMost)
      throws SQLException {
    return transaction(
        shard,
        () -> {
          SortedMap<RoleKey, Stored> some = new TreeMap<>();
          roles.entrySet().stream()
              .filter(each -> each.getKey().serverId().equals(server))
              .filter(each -> each.getKey().userId().shard().equals(shard))
              .filter(each -> after == null || each.getKey().compareTo(after) > 0)
              .filter(each -> upTo == null || each.getKey().compareTo(upTo) <= 0)
              .sorted(Map.Entry.comparingByKey())
              .limit(atMost)
              .forEach(each -> some.put(each.getKey(), each.getValue()));
          return some;
        });
  }

  @Override
  public boolean insertOwners(Shard shard, Map<RoleKey, RoleVersion> claims) throws SQLException {
    return transaction(
        shard,
        () -> {
          boolean all = true;
          for (Map.Entry<RoleKey, RoleVersion> claim : claims.entrySet()) {
            all &=
                places.putIfAbsent(
                        Named.of(claim.getKey()),
                        new Place(claim.getKey().userId(), claim.getValue(), null))
                    == null;
          }
          return all;
        });
  }

  @Override
  public void claim(Shard shard, Map<RoleKey, RoleVersion> claims) throws SQLException {
    transaction(
        shard,
        () -> {
          claims.forEach(
              (key, version) ->
                  places.merge(
                      Named.of(key),
                      new Place(key.userId(), version, null),
                      (there, claim) -> claimed(there, claim)));
          return true;
        });
  }

  private static Place claimed(Place there, Place claim) {
    if (there.owner().equals(claim.owner())) {
      return new Place(
          there.owner(), RoleVersion.later(there.version(), claim.version()), there.ousted());
    }
    boolean free = there.ousted() == null || there.ousted().equals(claim.owner());
    return free && claim.version().isNewerThan(there.version())
        ? new Place(claim.owner(), claim.version(), there.owner())
        : there;
  }

  @Override
  public Map<RoleKey, Place> disputed(Shard shard, List<RoleKey> keys) throws SQLException {
    return transaction(
        shard,
        () -> {
          Map<RoleKey, Place> disputed = new LinkedHashMap<>();
          for (RoleKey key : keys) {
            Place place = places.get(Named.of(key));
            if (place != null && (!place.owner().equals(key.userId()) || place.ousted() != null)) {
              disputed.put(key, place);
            }
          }
          return disputed;
        });
  }

  @Override
  public List<RoleKey> notOwned(Shard shard, List<RoleKey> keys) throws SQLException {
    return transaction(
        shard,
        () ->
            keys.stream()
                .filter(
                    key -> {
                      Place place = places.get(Named.of(key));
                      return place == null || !place.owner().equals(key.userId());
                    })
                .toList());
  }

  @Override
  public void settled(Shard shard, RoleKey ousted, RoleVersion at) throws SQLException {
    transaction(
        shard,
        () -> {
          places.computeIfPresent(
              Named.of(ousted),
              (character, place) ->
                  ousted.userId().equals(place.ousted()) && place.version().equals(at)
                      ? new Place(place.owner(), place.version(), null)
                      : place);
          return true;
        });
  }

  @Override
  public void note(Shard shard, SortedMap<Feed, List<Long>> numbers) throws SQLException {
    transaction(
        shard,
        () -> {
          Map<Feed, SeenNumbers> ofShard = feeds.computeIfAbsent(shard, _ -> new HashMap<>());
          numbers.forEach(
              (feed, come) ->
                  ofShard.put(feed, ofShard.getOrDefault(feed, SeenNumbers.NONE).with(come)));
          return true;
        });
  }

  @Override
  public void settleNumbers(Shard shard, ServerId server, Instant before) throws SQLException {
    transaction(
        shard,
        () -> {
          feeds
              .getOrDefault(shard, Map.of())
              .replaceAll(
                  (feed, seen) ->
                      feed.server().equals(server)
                          ? new SeenNumbers(seen.highest(), new TreeMap<>())
                          : seen);
          return true;
        });
  }

  @Override
  public SortedMap<RoleKey, RoleRow> parkedOfPresent(Shard shard, int atMost) throws SQLException {
    return some(shard, key -> players.contains(key.userId()), atMost);
  }

  @Override
  public SortedMap<RoleKey, RoleRow> parkedBefore(Shard shard, Instant moment, int atMost)
      throws SQLException {
    return some(
        shard,
        key -> {
          Parked row = parked.get(key);
          return row != null && row.since().isBefore(moment);
        },
        atMost);
  }

  private SortedMap<RoleKey, RoleRow> some(
      Shard shard, java.util.function.Predicate<RoleKey> wanted, int atMost) throws SQLException {
    return transaction(
        shard,
        () -> {
          SortedMap<RoleKey, RoleRow> some = new TreeMap<>();
          parked.forEach(
              (key, row) -> {
                if (key.userId().shard().equals(shard)
                    && wanted.test(key)
                    && some.size() < atMost) {
                  some.put(key, row.row());
                }
              });
          return some;
        });
  }

  @Override
  public void unpark(Shard shard, Map<RoleKey, RoleRow> rows) throws SQLException {
    transaction(
        shard,
        () -> {
          rows.forEach(
              (key, row) -> {
                Parked there = parked.get(key);
                if (there != null
                    && there.row().version().equals(row.version())
                    && java.util.Objects.equals(there.row().lastLoginAt(), row.lastLoginAt())) {
                  parked.remove(key);
                }
              });
          return true;
        });
  }

  @Override
  public long parked(Shard shard) throws SQLException {
    return transaction(
        shard,
        () -> parked.keySet().stream().filter(key -> key.userId().shard().equals(shard)).count());
  }
}
