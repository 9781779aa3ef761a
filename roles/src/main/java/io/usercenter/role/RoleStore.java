package io.usercenter.role;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.role.RoleOutcome.Applied;
import io.usercenter.role.RoleOutcome.Parked;
import io.usercenter.role.RoleOutcome.Postponed;
import io.usercenter.role.RoleOutcome.Rejected;
import io.usercenter.role.RoleOutcome.Rejection;
import io.usercenter.role.RoleOutcome.Superseded;
import io.usercenter.roleevent.FeedPosition;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.shard.DatabaseUnavailableException;
import io.usercenter.shard.Deadlocks;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.Shards;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies role events to the shards: "put if newer". The rows of the characters come first, then
 * who owns the role ids, then which numbers have come; each shard in a transaction of its own.
 */
public final class RoleStore {
  private static final Logger log = LoggerFactory.getLogger(RoleStore.class);

  /** Nothing is gained by larger statements, and they hold more locks for longer. */
  static final int ROLES_PER_STATEMENT = 200;

  private static final int ER_CHECK_CONSTRAINT_VIOLATED = 3819;

  /** Each means that a game server gave a character to somebody else at this very moment. */
  private static final int MAX_ROUNDS = 5;

  private static final Duration MAX_AHEAD = Duration.ofDays(1);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final RoleTables tables;
  private final RoleOwners owners;
  private final Shards shards;
  private final InstantSource clock;
  private final Consumer<UserId> changed;

  /**
   * Characters that were in use when they were last seen here. Only a guess, which {@link
   * RoleTables#advance} proves: others write, too.
   */
  private final Cache<RoleKey, RoleTables.Version> inUse;

  /**
   * @param clock tells which events claim to come from the future
   * @param changed is told of users whose characters changed by events that are not theirs: one
   *     that somebody else has now, or parked ones that found their player
   * @param remembered of how many characters to remember that they are in use, about 350 bytes
   *     each; those need not be read before they are changed
   */
  public RoleStore(
      ShardPools pools,
      Shards shards,
      InstantSource clock,
      Consumer<UserId> changed,
      int remembered) {
    this(new MySqlRoleTables(pools), shards, clock, changed, remembered);
  }

  RoleStore(
      RoleTables tables,
      Shards shards,
      InstantSource clock,
      Consumer<UserId> changed,
      int remembered) {
    // Without an executor of its own: at 0 nothing is remembered, not even for a moment.
    this.inUse = Caffeine.newBuilder().maximumSize(remembered).executor(Runnable::run).build();
    this.tables = tables;
    this.owners = new RoleOwners(tables, shards, changed);
    this.shards = shards;
    this.clock = clock;
    this.changed = changed;
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
            apply(shard, all.subList(from, to), outcomes, 1);
          }
        });
    noteNumbers(events, outcomes);
    return Arrays.stream(outcomes).map(RoleStore::known).toList();
  }

  /**
   * Gives parked characters of a shard to their players, as far as these have appeared, at most
   * {@value #ROLES_PER_STATEMENT} of them.
   *
   * @return how many
   * @throws SQLException if a shard is away; doing it again is safe
   */
  public int adopt(Shard shard) throws SQLException {
    SortedMap<RoleKey, RoleRow> found = tables.parkedOfPresent(shard, ROLES_PER_STATEMENT);
    if (found.isEmpty()) {
      return 0;
    }
    upsert(shard, found);
    Map<RoleKey, RoleVersion> claims = new LinkedHashMap<>();
    found.forEach((key, row) -> claims.put(key, claimOf(row)));
    for (Map.Entry<Shard, SortedMap<RoleKey, RoleVersion>> each :
        owners.byLocator(claims).entrySet()) {
      owners.claim(each.getKey(), each.getValue());
    }
    found.keySet().stream().map(RoleKey::userId).distinct().forEach(changed);
    tables.unpark(shard, found);
    return found.size();
  }

  /** How many characters of this shard wait for their player. */
  public long parked(Shard shard) throws SQLException {
    return tables.parked(shard);
  }

  /** Where events go that will not be applied. */
  @FunctionalInterface
  public interface Listing {
    /** Keeps all of them, or none. */
    void list(List<RoleEvent> events) throws SQLException;
  }

  /**
   * Gives up characters that have been parked since before this moment, at most {@value
   * #ROLES_PER_STATEMENT}.
   *
   * @param listing gets them as events, before they are removed
   * @return how many
   * @throws SQLException if a shard is away, or from the listing; doing it again is safe
   */
  public int expire(Shard shard, Instant moment, Listing listing) throws SQLException {
    SortedMap<RoleKey, RoleRow> overdue = tables.parkedBefore(shard, moment, ROLES_PER_STATEMENT);
    if (!overdue.isEmpty()) {
      listing.list(
          overdue.entrySet().stream()
              .map(each -> ParkedRoleTable.event(each.getKey(), each.getValue(), moment))
              .toList());
      tables.unpark(shard, overdue);
    }
    return overdue.size();
  }

  private void apply(Shard shard, List<Change> all, @Nullable RoleOutcome[] outcomes, int round) {
    List<Change> changes = round == 1 ? withoutAdvanced(shard, all, outcomes) : all;
    if (changes.isEmpty()) {
      return;
    }
    List<Change> ofPlayers = new ArrayList<>(changes.size());
    SortedMap<RoleKey, RoleRow> ofNobody = new TreeMap<>();
    List<Change> waiting = new ArrayList<>();
    try {
      List<RoleTables.Known> known = tables.read(shard, changes.stream().map(Change::key).toList());
      for (int i = 0; i < changes.size(); i++) {
        Change change = changes.get(i);
        switch (known.get(i).player()) {
          case PRESENT -> {
            change.comparedWith(known.get(i).version());
            ofPlayers.add(change);
          }
          case ABSENT -> {
            ofNobody.put(change.key(), change.row());
            waiting.add(change);
          }
          case ERASED ->
              change.end(outcomes, new Rejected(Rejection.ERASED_USER, "the account was erased"));
        }
      }
    } catch (SQLException e) {
      changes.forEach(change -> change.end(outcomes, postponed(shard, e)));
      return;
    }
    park(shard, ofNobody, waiting, outcomes);
    List<Change> overtaken = new ArrayList<>();
    List<Change> stored = storeRoles(shard, ofPlayers, overtaken, outcomes);
    claimOwnership(stored, outcomes);
    stored.forEach(
        change -> {
          change.end(outcomes);
          remember(change);
        });
    if (!overtaken.isEmpty() && round < MAX_ROUNDS) {
      apply(shard, overtaken, outcomes, round + 1); // read again, they claim what they have to
    } else if (!overtaken.isEmpty()) {
      SQLException why =
          new SQLTransientException(
              "characters change hands too fast: " + overtaken.getFirst().key);
      overtaken.forEach(change -> change.end(outcomes, postponed(shard, why)));
    }
  }

  /**
   * Most events raise characters that are in use and known from the events before, so it is tried
   * without reading them.
   *
   * @return those that have to be read
   */
  private List<Change> withoutAdvanced(
      Shard shard, List<Change> changes, @Nullable RoleOutcome[] outcomes) {
    List<Change> raising = new ArrayList<>(changes.size());
    SortedMap<RoleKey, RoleRow> rows = new TreeMap<>();
    List<Change> others = new ArrayList<>();
    for (Change change : changes) {
      RoleTables.Version known = inUse.getIfPresent(change.key());
      if (known != null && change.merelyRaises(known)) {
        raising.add(change);
        rows.put(change.key(), change.row());
      } else {
        others.add(change);
      }
    }
    if (rows.isEmpty()) {
      return changes;
    }
    try {
      if (Deadlocks.retrying(() -> tables.advance(shard, rows))) {
        raising.forEach(
            change -> {
              change.end(outcomes);
              remember(change);
            });
        return others;
      }
    } catch (SQLException e) {
      log.debug("shard {}: whose fault it is shows when they are read", shard, e);
    }
    inUse.invalidateAll(rows.keySet());
    return changes;
  }

  private void remember(Change change) {
    RoleTables.Version after = change.after();
    if (after != null
        && after.state() == Role.State.ACTIVE
        && !after.version().equals(RoleVersion.NONE)) {
      inUse.put(change.key(), after);
    } else {
      inUse.invalidate(change.key());
    }
  }

  private void park(
      Shard shard,
      SortedMap<RoleKey, RoleRow> rows,
      List<Change> changes,
      @Nullable RoleOutcome[] outcomes) {
    if (rows.isEmpty()) {
      return;
    }
    try {
      Deadlocks.retryingWrite(() -> tables.park(shard, rows));
      changes.forEach(change -> change.end(outcomes, new Parked()));
    } catch (SQLException e) {
      changes.forEach(change -> change.end(outcomes, postponed(shard, e)));
    }
  }

  /** What is not postponed will not come again. */
  private void noteNumbers(List<RoleEvent> events, @Nullable RoleOutcome[] outcomes) {
    SortedMap<Shard, SortedMap<RoleTables.Feed, List<Long>>> come = new TreeMap<>();
    for (int i = 0; i < outcomes.length; i++) {
      FeedPosition position = events.get(i).position();
      if (position != null && !(outcomes[i] instanceof Postponed)) {
        come.computeIfAbsent(shards.of(events.get(i).userId()), _ -> new TreeMap<>())
            .computeIfAbsent(
                new RoleTables.Feed(events.get(i).serverId(), position.publisher()),
                _ -> new ArrayList<>())
            .add(position.number());
      }
    }
    come.forEach(
        (shard, numbers) -> {
          numbers.values().forEach(Collections::sort);
          try {
            Deadlocks.retryingWrite(() -> tables.note(shard, numbers));
          } catch (SQLException e) {
            for (int i = 0; i < outcomes.length; i++) {
              if (events.get(i).position() != null
                  && shards.of(events.get(i).userId()).equals(shard)) {
                outcomes[i] = postponed(shard, e);
              }
            }
          }
        });
  }

  /**
   * Returns the changes that are in the table now, or were there before.
   *
   * @param overtaken gets those of characters that were taken from their user since they were read
   */
  private List<Change> storeRoles(
      Shard shard, List<Change> changes, List<Change> overtaken, @Nullable RoleOutcome[] outcomes) {
    List<Change> stored = new ArrayList<>(changes);
    List<Change> news = changes.stream().filter(Change::bringsNews).toList();
    try {
      overtaken.addAll(put(shard, news));
    } catch (SQLException together) {
      // One row that the database refuses must not keep the others of its batch out for ever.
      for (Change change : news) {
        try {
          if (!refusesAValue(together)) {
            throw together;
          }
          overtaken.addAll(put(shard, List.of(change)));
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
    stored.removeAll(overtaken);
    return stored;
  }

  /** Returns those that have to be looked at again, as they may have to claim after all. */
  private List<Change> put(Shard shard, List<Change> changes) throws SQLException {
    SortedMap<RoleKey, RoleRow> claiming = new TreeMap<>();
    SortedMap<RoleKey, RoleRow> inUse = new TreeMap<>();
    for (Change change : changes) {
      (change.claimsOwnership() ? claiming : inUse).put(change.key(), change.row());
    }
    upsert(shard, claiming);
    if (inUse.isEmpty() || Deadlocks.retrying(() -> tables.raise(shard, inUse))) {
      return List.of();
    }
    return changes.stream().filter(change -> inUse.containsKey(change.key())).toList();
  }

  private void upsert(Shard shard, SortedMap<RoleKey, RoleRow> rows) throws SQLException {
    if (!rows.isEmpty()) {
      Deadlocks.retryingWrite(() -> tables.upsert(shard, rows));
    }
  }

  private void claimOwnership(List<Change> changes, @Nullable RoleOutcome[] outcomes) {
    Map<RoleKey, RoleVersion> claims = new LinkedHashMap<>();
    Map<RoleKey, Change> claimants = new HashMap<>();
    for (Change change : changes) {
      if (change.claimsOwnership()) {
        claims.put(change.key(), change.claim());
        claimants.put(change.key(), change);
      }
    }
    owners
        .byLocator(claims)
        .forEach(
            (shard, some) -> {
              try {
                owners.claim(shard, some);
              } catch (SQLException e) {
                RoleOutcome postponed = postponed(shard, e);
                claimants.forEach(
                    (key, change) -> {
                      if (some.containsKey(key)) {
                        change.end(outcomes, postponed);
                      }
                    });
              }
            });
  }

  /** A tombstone claims too: what was deleted last is nobody else's. */
  private static RoleVersion claimOf(RoleRow row) {
    return row.version();
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
    private RoleTables.@Nullable Version before;
    private RoleTables.@Nullable Version after;
    private @Nullable List<RoleOutcome> outcomes;

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

    void comparedWith(RoleTables.@Nullable Version version) {
      this.before = version;
      this.outcomes = null;
    }

    /** Whether it is newer than this, which is in use, and claims nothing. */
    boolean merelyRaises(RoleTables.Version known) {
      comparedWith(known);
      RoleTables.Version raised = after();
      return raised != null && raised.version().isNewerThan(known.version()) && !claimsOwnership();
    }

    /** What the row of the character says at least, when the change is in the table. */
    RoleTables.@Nullable Version after() {
      var _ = outcomes();
      return after;
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
     * until the locator is written as well. What comes again is not newer than the row. Whoever was
     * told to have it meanwhile has buried this row, and the change finds it so.
     */
    boolean claimsOwnership() {
      RoleTables.Version known = before;
      return known == null
          || known.version().equals(RoleVersion.NONE)
          || known.state() == Role.State.DELETED
          || events.stream()
              .anyMatch(
                  event ->
                      event.type() == RoleEvent.Type.ROLE_CREATED
                          || event.type() == RoleEvent.Type.ROLE_DELETED
                          || (event.picture() != null
                              && !event.version().isNewerThan(known.version())));
    }

    /**
     * The newest version that is told of this user. A login without a picture is no proof against
     * another owner.
     */
    RoleVersion claim() {
      return events.stream()
          .map(RoleRow::of)
          .map(RoleStore::claimOf)
          .reduce(RoleVersion.NONE, RoleVersion::later);
    }

    /** As if the events had been applied one after the other. */
    private List<RoleOutcome> outcomes() {
      List<RoleOutcome> known = outcomes;
      if (known == null) {
        known = compared();
        outcomes = known;
      }
      return known;
    }

    private List<RoleOutcome> compared() {
      List<RoleOutcome> outcomes = new ArrayList<>(events.size());
      RoleTables.Version known = before;
      for (RoleEvent event : events) {
        RoleRow row = RoleRow.of(event);
        if (known == null) {
          outcomes.add(new Applied());
          known = new RoleTables.Version(row.version(), row.state(), row.lastLoginAt());
          continue;
        }
        boolean newer = row.version().isNewerThan(known.version());
        Instant login = RoleRow.later(known.lastLoginAt(), row.lastLoginAt());
        if (!newer && Objects.equals(login, known.lastLoginAt())) {
          outcomes.add(new Superseded());
          continue;
        }
        outcomes.add(new Applied());
        known =
            newer
                ? new RoleTables.Version(row.version(), row.state(), login)
                : new RoleTables.Version(known.version(), known.state(), login);
      }
      after = known;
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
