package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.role.RoleOutcome.Applied;
import io.usercenter.role.RoleOutcome.Postponed;
import io.usercenter.role.RoleOutcome.Rejected;
import io.usercenter.role.RoleOutcome.Rejection;
import io.usercenter.role.RoleOutcome.Superseded;
import io.usercenter.shard.DatabaseUnavailableException;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Applies role events to the shards: "put if newer". The rows of the characters come first, then
 * who owns the role ids, each shard in a transaction of its own.
 */
public final class RoleStore {
  /** Nothing is gained by larger statements, and they hold more locks for longer. */
  static final int ROLES_PER_STATEMENT = 200;

  /** A statement that lost a deadlock was rolled back whole and may simply run again. */
  private static final int MAX_DEADLOCKS = 5;

  private static final int ER_LOCK_DEADLOCK = 1213;
  private static final int ER_CHECK_CONSTRAINT_VIOLATED = 3819;

  /** The order of the locators' primary key: who writes them in one order does not deadlock. */
  private static final Comparator<RoleKey> BY_ROLE_ID =
      Comparator.comparing(RoleKey::roleId).thenComparing(Comparator.naturalOrder());

  private static final Duration MAX_AHEAD = Duration.ofDays(1);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final RoleTable roles;
  private final RoleLocatorTable locators;
  private final Shards shards;
  private final InstantSource clock;

  /**
   * @param clock tells which events claim to come from the future
   */
  public RoleStore(ShardPools pools, Shards shards, InstantSource clock) {
    this.roles = new RoleTable(pools);
    this.locators = new RoleLocatorTable(pools);
    this.shards = shards;
    this.clock = clock;
  }

  /**
   * Applies events of any users, in any order, doubled or not. What is stored afterwards depends
   * only on the set of all events ever applied. A shard that is away postpones its own events and
   * no others.
   *
   * @return one outcome for each event, in the same order
   */
  public List<RoleOutcome> apply(List<RoleEvent> events) {
    @Nullable RoleOutcome[] outcomes = new RoleOutcome[events.size()];
    Instant latest = clock.instant().plus(MAX_AHEAD);
    SortedMap<Shard, SortedMap<RoleKey, Change>> byShard = new TreeMap<>();
    for (int i = 0; i < events.size(); i++) {
      RoleEvent event = events.get(i);
      if (event.occurredAt().isAfter(latest)) {
        outcomes[i] = new Rejected(Rejection.IN_THE_FUTURE, "occurredAt is " + event.occurredAt());
        continue;
      }
      byShard
          .computeIfAbsent(shards.of(event.userId()), _ -> new TreeMap<>())
          .computeIfAbsent(RoleKey.of(event), Change::new)
          .add(i, event);
    }
    byShard.forEach(
        (shard, changes) -> {
          List<Change> all = List.copyOf(changes.values());
          for (int from = 0; from < all.size(); from += ROLES_PER_STATEMENT) {
            int to = Math.min(from + ROLES_PER_STATEMENT, all.size());
            apply(shard, all.subList(from, to), outcomes);
          }
        });
    return Arrays.stream(outcomes).map(RoleStore::known).toList();
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
      SortedMap<RoleKey, Long> lowest = new TreeMap<>(BY_ROLE_ID);
      each.getValue().forEach(key -> lowest.put(key, 0L));
      retryingDeadlocks(() -> locators.claim(each.getKey(), lowest));
      taken.addAll(locators.ofOthers(each.getKey(), each.getValue()));
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
      retryingDeadlocks(() -> locators.delete(each.getKey(), each.getValue()));
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

  private void apply(Shard shard, List<Change> changes, @Nullable RoleOutcome[] outcomes) {
    List<Change> ofUsers = new ArrayList<>(changes.size());
    try {
      List<RoleTable.Known> known = roles.read(shard, changes.stream().map(Change::key).toList());
      for (int i = 0; i < changes.size(); i++) {
        Change change = changes.get(i);
        if (known.get(i).userExists()) {
          change.comparedWith(known.get(i).version());
          ofUsers.add(change);
        } else {
          change.end(
              outcomes,
              new Rejected(
                  Rejection.UNKNOWN_USER, "no account has the id " + change.key().userId()));
        }
      }
    } catch (SQLException e) {
      changes.forEach(change -> change.end(outcomes, postponed(shard, e)));
      return;
    }
    List<Change> stored = storeRoles(shard, ofUsers, outcomes);
    claimOwnership(stored, outcomes);
    stored.forEach(change -> change.end(outcomes));
  }

  /** Returns the changes that are in the table now, or were there before. */
  private List<Change> storeRoles(
      Shard shard, List<Change> changes, @Nullable RoleOutcome[] outcomes) {
    List<Change> stored = new ArrayList<>(changes);
    SortedMap<RoleKey, RoleRow> rows = new TreeMap<>();
    for (Change change : changes) {
      if (change.bringsNews()) {
        rows.put(change.key(), change.row());
      }
    }
    try {
      upsert(shard, rows);
    } catch (SQLException together) {
      // One row that the database refuses must not keep the others of its batch out for ever.
      for (Change change : changes.stream().filter(Change::bringsNews).toList()) {
        try {
          if (!refusesAValue(together)) {
            throw together;
          }
          upsert(shard, new TreeMap<>(Map.of(change.key(), change.row())));
        } catch (SQLException alone) {
          stored.remove(change);
          change.end(
              outcomes,
              refusesAValue(alone)
                  ? new Rejected(Rejection.NOT_STORABLE, "MySQL error " + alone.getErrorCode())
                  : postponed(shard, alone));
        }
      }
    }
    return stored;
  }

  private void upsert(Shard shard, SortedMap<RoleKey, RoleRow> rows) throws SQLException {
    if (!rows.isEmpty()) {
      retryingDeadlocks(() -> roles.upsert(shard, rows));
    }
  }

  private void claimOwnership(List<Change> changes, @Nullable RoleOutcome[] outcomes) {
    SortedMap<Shard, List<Change>> byShard = new TreeMap<>();
    for (Change change : changes) {
      if (change.claimsOwnership()) {
        byShard
            .computeIfAbsent(shards.ofRole(change.key().roleId().value()), _ -> new ArrayList<>())
            .add(change);
      }
    }
    byShard.forEach(
        (shard, claims) -> {
          SortedMap<RoleKey, Long> revisions = new TreeMap<>();
          claims.forEach(change -> revisions.put(change.key(), change.claim()));
          try {
            retryingDeadlocks(() -> locators.claim(shard, revisions));
          } catch (SQLException e) {
            claims.forEach(change -> change.end(outcomes, postponed(shard, e)));
          }
        });
  }

  private interface Write {
    void run() throws SQLException;
  }

  private static void retryingDeadlocks(Write write) throws SQLException {
    for (int deadlocks = 0; ; deadlocks++) {
      try {
        write.run();
        return;
      } catch (SQLException e) {
        if (e.getErrorCode() != ER_LOCK_DEADLOCK || deadlocks == MAX_DEADLOCKS) {
          throw e;
        }
      }
    }
  }

  /** SQLSTATE classes 22 (data exception) and 23 (integrity constraint), and CHECK constraints. */
  private static boolean refusesAValue(SQLException e) {
    String state = e.getSQLState();
    return e.getErrorCode() == ER_CHECK_CONSTRAINT_VIOLATED
        || (state != null && (state.startsWith("22") || state.startsWith("23")));
  }

  private static Postponed postponed(Shard shard, SQLException e) {
    return new Postponed(
        shard,
        DatabaseUnavailableException.in(e)
            .map(DatabaseUnavailableException::retryAfter)
            .orElse(RETRY_AFTER),
        e);
  }

  private static RoleOutcome known(@Nullable RoleOutcome outcome) {
    if (outcome == null) {
      throw new IllegalStateException("an event was forgotten");
    }
    return outcome;
  }

  /** All events of one batch for one character. */
  private static final class Change {
    private final RoleKey key;
    private final List<Integer> places = new ArrayList<>(1);
    private final List<RoleEvent> events = new ArrayList<>(1);
    private RoleTable.@Nullable Version before;

    Change(RoleKey key) {
      this.key = key;
    }

    void add(int place, RoleEvent event) {
      places.add(place);
      events.add(event);
    }

    RoleKey key() {
      return key;
    }

    void comparedWith(RoleTable.@Nullable Version version) {
      this.before = version;
    }

    RoleRow row() {
      return events.stream().map(RoleRow::of).reduce(RoleRow::with).orElseThrow();
    }

    boolean bringsNews() {
      return outcomes().stream().anyMatch(outcome -> outcome instanceof Applied);
    }

    /**
     * Whether the locator may be missing or point to another user. It need not be asked when a
     * character that is in use merely changes: whoever made its row is not done, and comes again,
     * until the locator is written as well. What comes again is not newer than the row.
     */
    boolean claimsOwnership() {
      RoleTable.Version known = before;
      return known == null
          || known.revision() == 0
          || known.state() == Role.State.DELETED
          || events.stream()
              .anyMatch(
                  event ->
                      event.type() == RoleEvent.Type.ROLE_CREATED
                          || (event.picture() != null && event.revision() <= known.revision()));
    }

    /**
     * The highest revision that shows the character in use by this user. A tombstone, or a login
     * without a picture, is no proof against another owner: 0.
     */
    long claim() {
      return events.stream()
          .map(RoleRow::of)
          .filter(row -> row.state() == Role.State.ACTIVE)
          .mapToLong(RoleRow::revision)
          .max()
          .orElse(0);
    }

    /** As if the events had been applied one after the other. */
    private List<RoleOutcome> outcomes() {
      List<RoleOutcome> outcomes = new ArrayList<>(events.size());
      RoleTable.Version known = before;
      for (RoleEvent event : events) {
        RoleRow row = RoleRow.of(event);
        RoleTable.Version next =
            known == null
                ? new RoleTable.Version(row.revision(), row.state(), row.lastLoginAt())
                : new RoleTable.Version(
                    Math.max(known.revision(), row.revision()),
                    row.revision() > known.revision() ? row.state() : known.state(),
                    RoleRow.later(known.lastLoginAt(), row.lastLoginAt()));
        outcomes.add(next.equals(known) ? new Superseded() : new Applied());
        known = next;
      }
      return outcomes;
    }

    void end(@Nullable RoleOutcome[] all) {
      List<RoleOutcome> own = outcomes();
      for (int i = 0; i < own.size(); i++) {
        if (all[places.get(i)] == null) {
          all[places.get(i)] = own.get(i);
        }
      }
    }

    void end(@Nullable RoleOutcome[] all, RoleOutcome outcome) {
      places.forEach(place -> all[place] = outcome);
    }
  }
}
