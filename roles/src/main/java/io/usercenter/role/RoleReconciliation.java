package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleChecksum;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.RoleSnapshot;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import io.usercenter.shard.Deadlocks;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a game server has with the copy, and repairs the copy. Events may go on meanwhile:
 * repairs are put like events, so whatever is newer stays, and what has changed since the game
 * server began is left alone.
 */
public final class RoleReconciliation {
  /** At most so many characters of ours are looked at for one page. */
  public static final int MOST = 2_000;

  /** How far the clocks of the databases may be apart. */
  private static final Duration CLOCKS = Duration.ofMinutes(1);

  private final RoleTables tables;
  private final RoleStore store;
  private final Shards shards;

  /**
   * @param store what repairs go through
   */
  public RoleReconciliation(ShardPools pools, Shards shards, RoleStore store) {
    this(new MySqlRoleTables(pools), shards, store);
  }

  RoleReconciliation(RoleTables tables, Shards shards, RoleStore store) {
    this.tables = tables;
    this.shards = shards;
    this.store = store;
  }

  /** A place in the order of pages. */
  public record Place(UserId userId, RoleId roleId) {}

  /**
   * A piece of what a game server has.
   *
   * @param serverEpoch its epoch now
   * @param mark when it began; it looked at its data later
   * @param after the place before the first of the page; null for the first page of the shard
   * @param upTo the last place of the page; null for the last page of the shard
   */
  public record Page(
      ServerId server,
      int serverEpoch,
      Instant mark,
      Shard shard,
      @Nullable Place after,
      @Nullable Place upTo) {}

  /**
   * What the copy has of a page.
   *
   * @param found whether the search by role id leads to the player of each of them
   */
  public record Summary(int count, String checksum, boolean found) {}

  /** How a character differs. */
  public enum Kind {
    /** The copy does not have it. */
    MISSING,
    /** The copy has it older. */
    STALE,
    /** The game server does not have it. */
    EXTRA,
    /** The copy has it newer, although it has not changed lately: was the server set back? */
    AHEAD,
    /** The copy has another picture of the same version. */
    CONFLICT,
    /** The search by role id does not lead to its player. */
    NOT_FOUND_BY_ID
  }

  /**
   * One difference.
   *
   * @param ours version in the copy; null when it is not there
   * @param theirs version at the game server; null when it is not there
   * @param repair what became of the repair; null when none was tried
   */
  public record Difference(
      Kind kind,
      UserId userId,
      RoleId roleId,
      @Nullable RoleVersion ours,
      @Nullable RoleVersion theirs,
      @Nullable RoleOutcome repair) {}

  /**
   * What a comparison found.
   *
   * @param comparedTo where it stopped, because the copy has more than {@value #MOST} there: go on
   *     behind it; null when the whole page was compared
   */
  public record Comparison(List<Difference> differences, @Nullable Place comparedTo) {}

  /**
   * What the copy has; null when that is more than {@value #MOST}, which no page has.
   *
   * @throws SQLException if a shard is away, also one that has only locators of the page
   */
  public @Nullable Summary summary(Page page) throws SQLException {
    SortedMap<RoleKey, RoleTables.Stored> ours = ours(page);
    if (ours.size() > MOST) {
      return null;
    }
    RoleChecksum checksum = new RoleChecksum();
    List<RoleKey> shown = new ArrayList<>();
    ours.forEach(
        (key, stored) -> {
          if (stored.row().state() == Role.State.ACTIVE) {
            checksum.add(key.userId(), key.roleId(), stored.row().version());
            shown.add(key);
          }
        });
    return new Summary(checksum.count(), checksum.hex(), unfound(shown).isEmpty());
  }

  /**
   * Compares one by one. What a repair needed of a shard that is away is {@link
   * RoleOutcome.Postponed}: the same page again, later, does the rest.
   *
   * @param theirs all characters of the page that exist, in order
   * @param repair whether to make the copy agree
   */
  public Comparison compare(Page page, List<RoleSnapshot> theirs, boolean repair)
      throws SQLException {
    SortedMap<RoleKey, RoleTables.Stored> ours = ours(page);
    RoleKey end = null;
    if (ours.size() > MOST) {
      ours.remove(ours.lastKey());
      end = ours.lastKey();
    }
    Map<RoleKey, RoleSnapshot> sent = new TreeMap<>();
    for (RoleSnapshot snapshot : theirs) {
      RoleKey key = new RoleKey(snapshot.userId(), page.server(), snapshot.roleId());
      if (end == null || key.compareTo(end) <= 0) {
        sent.put(key, snapshot);
      }
    }
    Set<RoleKey> unfound =
        unfound(sent.keySet().stream().filter(key -> ours.containsKey(key)).toList());
    List<Difference> differences = new ArrayList<>();
    sent.forEach(
        (key, snapshot) -> {
          Kind kind = kind(page, snapshot, ours.get(key), unfound.contains(key));
          if (kind != null) {
            differences.add(difference(page, kind, key, snapshot, ours.get(key)));
          }
        });
    ours.forEach(
        (key, stored) -> {
          if (!sent.containsKey(key)
              && stored.row().state() == Role.State.ACTIVE
              && !changedSince(page, stored)) {
            boolean newer = stored.row().version().serverEpoch() > page.serverEpoch();
            differences.add(difference(page, newer ? Kind.AHEAD : Kind.EXTRA, key, null, stored));
          }
        });
    Place comparedTo = end == null ? null : new Place(end.userId(), end.roleId());
    return new Comparison(
        repair ? repaired(page, differences, sent, ours) : differences, comparedTo);
  }

  /** The whole of a shard was compared and repaired: events that never came are not missed. */
  public void done(Page last) throws SQLException {
    tables.settleNumbers(last.shard(), last.server(), last.mark());
  }

  private SortedMap<RoleKey, RoleTables.Stored> ours(Page page) throws SQLException {
    return tables.ofServer(
        page.shard(), page.server(), key(page, page.after()), key(page, page.upTo()), MOST + 1);
  }

  private static @Nullable RoleKey key(Page page, @Nullable Place place) {
    return place == null ? null : new RoleKey(place.userId(), page.server(), place.roleId());
  }

  /** Those whose locators do not lead to them. */
  private Set<RoleKey> unfound(List<RoleKey> keys) throws SQLException {
    SortedMap<Shard, List<RoleKey>> byShard = new TreeMap<>();
    for (RoleKey key : keys) {
      byShard.computeIfAbsent(shards.ofRole(key.roleId().value()), _ -> new ArrayList<>()).add(key);
    }
    Set<RoleKey> unfound = new HashSet<>();
    for (Map.Entry<Shard, List<RoleKey>> each : byShard.entrySet()) {
      unfound.addAll(tables.notOwned(each.getKey(), each.getValue()));
    }
    return unfound;
  }

  private static @Nullable Kind kind(
      Page page, RoleSnapshot theirs, RoleTables.@Nullable Stored ours, boolean unfound) {
    if (ours == null) {
      return Kind.MISSING;
    }
    int newer = ours.row().version().compareTo(version(page, theirs));
    if (newer < 0) {
      return Kind.STALE;
    }
    if (newer > 0) {
      return changedSince(page, ours) ? null : Kind.AHEAD;
    }
    if (ours.row().state() != Role.State.ACTIVE
        || !known(ours.row().picture()).equals(known(theirs.picture()))) {
      return Kind.CONFLICT;
    }
    return unfound ? Kind.NOT_FOUND_BY_ID : null;
  }

  /** A row that was written before such members were kept is no other picture. */
  private static RolePicture known(RolePicture picture) {
    return new RolePicture(
        picture.name(), picture.level(), picture.job(), picture.power(), picture.channel());
  }

  private static boolean changedSince(Page page, RoleTables.Stored stored) {
    return stored.changedAt().isAfter(page.mark().minus(CLOCKS));
  }

  private static Difference difference(
      Page page,
      Kind kind,
      RoleKey key,
      @Nullable RoleSnapshot theirs,
      RoleTables.@Nullable Stored ours) {
    return new Difference(
        kind,
        key.userId(),
        key.roleId(),
        ours == null ? null : ours.row().version(),
        theirs == null ? null : version(page, theirs),
        null);
  }

  private static RoleVersion version(Page page, RoleSnapshot theirs) {
    return new RoleVersion(page.serverEpoch(), theirs.revision());
  }

  private List<Difference> repaired(
      Page page,
      List<Difference> differences,
      Map<RoleKey, RoleSnapshot> sent,
      Map<RoleKey, RoleTables.Stored> ours)
      throws SQLException {
    List<RoleEvent> events = new ArrayList<>();
    SortedMap<RoleKey, RoleRow> tombstones = new TreeMap<>();
    for (Difference difference : differences) {
      RoleKey key = new RoleKey(difference.userId(), page.server(), difference.roleId());
      RoleSnapshot snapshot = sent.get(key);
      RoleTables.Stored stored = ours.get(key);
      switch (difference.kind()) {
        case MISSING, STALE, NOT_FOUND_BY_ID -> {
          if (snapshot != null) {
            events.addAll(events(page, snapshot));
          }
        }
        case EXTRA -> {
          if (stored != null) {
            tombstones.put(key, tombstone(page, stored.row()));
          }
        }
        case AHEAD, CONFLICT -> {
          // Only the game server can say which of both is right, by raising its epoch.
        }
      }
    }
    Map<RoleKey, RoleOutcome> outcomes = new TreeMap<>();
    List<RoleOutcome> applied = store.apply(events);
    for (int i = 0; i < applied.size(); i++) {
      outcomes.merge(
          RoleKey.of(events.get(i)),
          applied.get(i),
          (a, b) -> a instanceof RoleOutcome.Superseded ? b : a);
    }
    if (!tombstones.isEmpty()) {
      Deadlocks.retryingWrite(() -> tables.upsert(page.shard(), tombstones));
      tombstones.keySet().forEach(key -> outcomes.put(key, new RoleOutcome.Applied()));
    }
    return differences.stream()
        .map(
            found ->
                new Difference(
                    found.kind(),
                    found.userId(),
                    found.roleId(),
                    found.ours(),
                    found.theirs(),
                    outcomes.get(new RoleKey(found.userId(), page.server(), found.roleId()))))
        .toList();
  }

  /**
   * What makes the copy of it. As one that was created: it claims its owner, whose claim may be
   * what was lost.
   */
  private static List<RoleEvent> events(Page page, RoleSnapshot snapshot) {
    List<RoleEvent> events = new ArrayList<>();
    events.add(event(page, snapshot, RoleEvent.Type.ROLE_CREATED, page.mark(), snapshot.picture()));
    Instant login = snapshot.lastLoginAt();
    if (login != null) {
      events.add(event(page, snapshot, RoleEvent.Type.ROLE_LOGGED_IN, login, null));
    }
    return events;
  }

  private static RoleEvent event(
      Page page,
      RoleSnapshot snapshot,
      RoleEvent.Type type,
      Instant at,
      @Nullable RolePicture picture) {
    return new RoleEvent(
        "reconcile",
        type,
        page.server(),
        snapshot.userId(),
        snapshot.roleId(),
        version(page, snapshot),
        at,
        picture,
        null);
  }

  /**
   * Just newer than what is there, so that whatever changed it meanwhile wins, and older than
   * whatever the game server makes of it later. It shows what was there last.
   */
  private static RoleRow tombstone(Page page, RoleRow ours) {
    RolePicture picture = ours.picture();
    RoleVersion version =
        page.serverEpoch() > ours.version().serverEpoch()
            ? new RoleVersion(page.serverEpoch(), 0)
            : new RoleVersion(ours.version().serverEpoch(), ours.version().revision() + 1);
    return new RoleRow(picture, Role.State.DELETED, version, ours.lastLoginAt());
  }
}
