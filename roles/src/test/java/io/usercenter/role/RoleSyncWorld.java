package io.usercenter.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.roleevent.FeedPosition;
import io.usercenter.roleevent.RoleChecksum;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.RoleSnapshot;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Simulation;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One simulated world. In a lossless one nothing is lost for good, so both sides have to agree by
 * the events alone. In a lossy one events vanish, Redis loses its tail and servers are set back;
 * then reconciling has to bring the two together, while events go on.
 */
final class RoleSyncWorld {
  /** What is wrong in this world. */
  enum Mistake {
    NONE,
    /** The tables believe whoever comes last. */
    LAST_WRITER_WINS,
    /** Listeners acknowledge what they have not written yet. */
    ACKNOWLEDGE_FIRST,
    /** Whoever loses a character to another player keeps his row. */
    OUSTED_ARE_FORGOTTEN
  }

  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final int SERVERS = 2;
  private static final int ROLES = 3;
  private static final int USERS = 6;
  private static final int CONSUMERS = 2;
  private static final Duration PLAY = Duration.ofSeconds(40);
  private static final Duration TAKE_OVER = Duration.ofSeconds(3);

  private final Simulation world;
  private final boolean lossy;
  private final Mistake mistake;
  private final Shards shards = new Shards(GeneFunction.CRC32);
  private final InMemoryRoleTables tables;
  private final RoleStore store;
  private final RoleReconciliation reconciliation;
  private final List<Server> servers = new ArrayList<>();
  private final List<UserId> users = new ArrayList<>();
  private final Set<UserId> absent = new HashSet<>();
  private final Set<Shard> away = new HashSet<>();
  private Redis redis = new Redis();
  private Redis replica = new Redis();
  private boolean playing = true;

  RoleSyncWorld(long seed, Mistake mistake) {
    this.world = new Simulation(seed);
    this.mistake = mistake;
    this.lossy = world.random().nextBoolean();
    this.tables = new Tables();
    this.store = store();
    this.reconciliation = new RoleReconciliation(tables, shards, store);
    for (int i = 0; i < USERS; i++) {
      UserId user = new UserId(((1_000L + i) << 8) | (i % 3));
      users.add(user);
      if (world.chance(0.3)) {
        absent.add(user);
      } else {
        tables.addPlayer(user);
      }
    }
    for (int i = 0; i < SERVERS; i++) {
      servers.add(new Server(new ServerId("s" + i)));
    }
  }

  /** Of one process: it remembers what went through it, and knows nothing of what others did. */
  private RoleStore store() {
    return new RoleStore(tables, shards, this::now, _ -> {}, 100);
  }

  private Instant now() {
    return START.plusNanos(world.now());
  }

  /** The tables, in a world where shards go away and answers take their time. */
  private final class Tables extends InMemoryRoleTables {
    Tables() {
      super(
          new Surroundings() {
            @Override
            public void before(Shard shard) throws SQLException {
              world.pause(world.delay(Duration.ofMillis(2), Duration.ofSeconds(2)));
              if (away.contains(shard)) {
                throw new SQLTransientConnectionException("shard " + shard + " is away");
              }
            }

            @Override
            public void after(Shard shard) {
              world.pause(world.delay(Duration.ofMillis(1), Duration.ofSeconds(1)));
            }
          },
          RoleSyncWorld.this::now);
    }

    @Override
    RoleRow merged(RoleRow before, RoleRow news) {
      return mistake == Mistake.LAST_WRITER_WINS && news.version().revision() > 0
          ? news
          : super.merged(before, news);
    }

    @Override
    void put(RoleKey key, RoleRow news) {
      Stored before = roles.get(key);
      super.put(key, news);
      RoleRow after = Objects.requireNonNull(roles.get(key)).row();
      if (before != null) {
        neverDrops(key, before.row(), after);
      }
    }

    @Override
    public @Nullable RoleVersion bury(Shard shard, RoleKey key, RoleVersion since)
        throws SQLException {
      return mistake == Mistake.OUSTED_ARE_FORGOTTEN ? null : super.bury(shard, key, since);
    }
  }

  private static void neverDrops(RoleKey key, RoleRow before, RoleRow after) {
    assertThat(after.version())
        .as("versions never drop: %s", key)
        .isGreaterThanOrEqualTo(before.version());
    // A tombstone shows the last picture, which may be of another epoch.
    if (before.state() == Role.State.ACTIVE
        && after.state() == Role.State.ACTIVE
        && after.version().serverEpoch() == before.version().serverEpoch()) {
      assertThat(after.picture().level())
          .as("levels never drop within an epoch: %s", key)
          .isGreaterThanOrEqualTo(before.picture().level());
    }
    Instant login = before.lastLoginAt();
    if (login != null) {
      assertThat(after.lastLoginAt()).as("logins never go back: %s", key).isNotNull();
      assertThat(after.lastLoginAt()).isAfterOrEqualTo(login);
    }
  }

  /** Of all streams; a shard's events are those of its users. */
  private static final class Redis {
    private long next = 1;
    private final Map<Long, RoleEvent> entries = new LinkedHashMap<>();
    private final Set<Long> unread = new HashSet<>();
    private final Map<Long, Long> givenAt = new HashMap<>();

    Redis copy() {
      Redis copy = new Redis();
      copy.next = next;
      copy.entries.putAll(entries);
      copy.unread.addAll(unread);
      copy.givenAt.putAll(givenAt);
      return copy;
    }

    void add(RoleEvent event) {
      entries.put(next, event);
      unread.add(next++);
    }
  }

  /** A character as its server has it; null as owner when it is deleted. */
  private record Truth(@Nullable UserId owner, long revision, int level) {}

  private final class Server {
    private final ServerId id;
    private final String publisher;
    private int epoch;
    private Map<RoleId, Truth> roles = new TreeMap<>();
    private @Nullable Map<RoleId, Truth> backup;
    private final Map<Shard, Long> numbers = new HashMap<>();
    private final Map<Shard, Set<Long>> lost = new HashMap<>();

    Server(ServerId id) {
      this.id = id;
      this.publisher = "p-" + id;
      for (int i = 0; i < ROLES; i++) {
        roles.put(new RoleId("r" + i), new Truth(null, 0, 0));
      }
    }

    void live() {
      while (world.now() < PLAY.toNanos()) {
        world.pause(world.delay(Duration.ofMillis(800), Duration.ofSeconds(5)));
        List<RoleId> ids = List.copyOf(roles.keySet());
        RoleId role = ids.get(world.random().nextInt(ids.size()));
        Truth truth = Objects.requireNonNull(roles.get(role));
        UserId owner = truth.owner();
        if (owner == null) {
          become(role, anyUser(), truth, RoleEvent.Type.ROLE_CREATED);
        } else {
          switch (world.random().nextInt(10)) {
            case 0 -> {
              roles.put(role, new Truth(null, truth.revision() + 1, truth.level()));
              tell(RoleEvent.Type.ROLE_DELETED, owner, role, truth.revision() + 1, -1);
            }
            case 1, 2 -> {
              UserId next = anyUser();
              world.fault("role moved");
              long revision = truth.revision();
              if (!next.equals(owner) && world.chance(0.5)) {
                tell(RoleEvent.Type.ROLE_DELETED, owner, role, ++revision, -1);
              }
              become(
                  role,
                  next,
                  new Truth(next, revision, truth.level()),
                  world.chance(0.5) ? RoleEvent.Type.ROLE_CREATED : RoleEvent.Type.ROLE_UPDATED);
            }
            case 3 -> tell(RoleEvent.Type.ROLE_LOGGED_IN, owner, role, truth.revision(), -1);
            case 4 -> {
              if (lossy) {
                backUpOrSetBack();
              }
            }
            default -> become(role, owner, truth, RoleEvent.Type.ROLE_UPDATED);
          }
        }
      }
    }

    private void become(RoleId role, UserId owner, Truth before, RoleEvent.Type type) {
      Truth after =
          new Truth(owner, before.revision() + 1, before.level() + world.random().nextInt(3));
      roles.put(role, after);
      tell(type, owner, role, after.revision(), after.level());
    }

    private void backUpOrSetBack() {
      Map<RoleId, Truth> older = backup;
      if (older == null) {
        backup = new TreeMap<>(roles);
      } else {
        world.fault("server set back");
        roles = new TreeMap<>(older);
        backup = null;
        epoch++;
      }
    }

    /** The publisher loses nothing, but what it sends takes any time, and may come twice. */
    private void tell(RoleEvent.Type type, UserId user, RoleId role, long revision, int level) {
      Shard shard = user.shard();
      long number = numbers.merge(shard, 1L, Long::sum);
      RoleEvent event =
          new RoleEvent(
              id + "." + number,
              type,
              id,
              user,
              role,
              new RoleVersion(epoch, Math.max(1, revision)),
              now(),
              level < 0 ? null : new RolePicture("Ayla", level, "mage", revision, "steam"),
              new FeedPosition(publisher, number));
      world.trace("tells " + type + " " + user + " " + role + " " + event.version());
      boolean vanishes = lossy && world.chance(0.05);
      boolean twice = world.chance(0.1);
      if (vanishes) {
        world.fault("event lost");
        lost.computeIfAbsent(shard, _ -> new HashSet<>()).add(number);
        return;
      }
      if (world.chance(0.03)) { // by HTTP while Redis is away: applied in the request
        world.spawn("direct", () -> direct(event));
        return;
      }
      for (int copies = twice ? 2 : 1; copies > 0; copies--) {
        Duration delay = world.delay(Duration.ofMillis(200), Duration.ofSeconds(8));
        if (delay.toSeconds() > 1) {
          world.fault("event late");
        }
        world.after(delay, () -> redis.add(event));
      }
      if (twice) {
        world.fault("event doubled");
      }
    }

    private void direct(RoleEvent event) {
      RoleOutcome outcome = store.apply(List.of(event)).getFirst();
      while (outcome instanceof RoleOutcome.Postponed) {
        world.pause(Duration.ofMillis(500));
        outcome = store.apply(List.of(event)).getFirst();
      }
    }

    /** As the library does it; gives up when the server is set back meanwhile. */
    boolean reconcile() {
      int then = epoch;
      Instant mark = now();
      world.pause(world.delay(Duration.ofMillis(50), Duration.ofSeconds(1)));
      List<RoleSnapshot> all = new ArrayList<>();
      roles.forEach(
          (role, truth) -> {
            UserId owner = truth.owner();
            if (owner != null) {
              all.add(
                  new RoleSnapshot(
                      owner,
                      role,
                      truth.revision(),
                      null,
                      new RolePicture("Ayla", truth.level(), "mage", truth.revision(), "steam")));
            }
          });
      all.sort(null);
      try {
        for (int shard = 0; shard < 3; shard++) {
          if (epoch != then) {
            return false;
          }
          Shard home = new Shard(shard);
          List<RoleSnapshot> page =
              all.stream().filter(role -> role.userId().shard().equals(home)).toList();
          RoleReconciliation.Page asked =
              new RoleReconciliation.Page(id, then, mark, home, null, null);
          if (agrees(reconciliation.summary(asked), then, page)) {
            continue;
          }
          RoleReconciliation.Comparison found = reconciliation.compare(asked, page, true);
          if (found.differences().stream()
              .anyMatch(each -> each.repair() instanceof RoleOutcome.Postponed)) {
            return false;
          }
        }
        return true;
      } catch (SQLException e) {
        world.trace("cannot reconcile: " + e.getMessage());
        return false;
      }
    }
  }

  /** What the service answers to a checksum. */
  private static boolean agrees(
      RoleReconciliation.@Nullable Summary ours, int epoch, List<RoleSnapshot> theirs) {
    RoleChecksum checksum = new RoleChecksum();
    theirs.forEach(
        role ->
            checksum.add(role.userId(), role.roleId(), new RoleVersion(epoch, role.revision())));
    return new RoleReconciliation.Summary(checksum.count(), checksum.hex(), true).equals(ours);
  }

  private UserId anyUser() {
    return users.get(world.random().nextInt(users.size()));
  }

  /** A listener: reads or takes over, applies, acknowledges, and dies wherever it is. */
  private void listen() {
    RoleStore own = store();
    while (true) {
      List<Long> ids = given();
      if (ids.isEmpty()) {
        world.pause(Duration.ofMillis(100));
        continue;
      }
      List<RoleEvent> events = new ArrayList<>();
      Redis from = redis;
      for (long id : ids) {
        RoleEvent event = from.entries.get(id);
        if (event != null) {
          events.add(event);
        }
      }
      if (mistake == Mistake.ACKNOWLEDGE_FIRST) {
        ids.forEach(this::acknowledge);
      }
      List<RoleOutcome> outcomes = own.apply(events);
      world.pause(world.delay(Duration.ofMillis(1), Duration.ofSeconds(1)));
      for (int i = 0; i < outcomes.size(); i++) {
        assertThat(outcomes.get(i)).isNotInstanceOf(RoleOutcome.Rejected.class);
        if (!(outcomes.get(i) instanceof RoleOutcome.Postponed)) {
          acknowledge(ids.get(i));
        }
      }
    }
  }

  private List<Long> given() {
    List<Long> ids = new ArrayList<>();
    long patience = world.now() - TAKE_OVER.toNanos();
    for (Map.Entry<Long, RoleEvent> entry : redis.entries.entrySet()) {
      Long givenAt = redis.givenAt.get(entry.getKey());
      boolean fresh = redis.unread.remove(entry.getKey());
      if (fresh || (givenAt != null && givenAt < patience)) {
        if (!fresh) {
          world.fault("taken over");
        }
        redis.givenAt.put(entry.getKey(), world.now());
        ids.add(entry.getKey());
      }
      if (ids.size() == 5) {
        break;
      }
    }
    return ids;
  }

  private void acknowledge(long id) {
    redis.entries.remove(id);
    redis.unread.remove(id);
    redis.givenAt.remove(id);
  }

  /** Parked characters find their players. */
  private void keepUp() {
    while (true) {
      world.pause(Duration.ofSeconds(1));
      for (int shard = 0; shard < 3; shard++) {
        try {
          store.adopt(new Shard(shard));
        } catch (SQLException e) {
          world.trace("upkeep waits: " + e.getMessage());
        }
      }
    }
  }

  /** Runs the world; returns what was injected. */
  Map<String, Long> run() {
    servers.forEach(server -> world.spawn(server.id.value(), server::live));
    world.spawn("upkeep", this::keepUp);
    for (int i = 0; i < CONSUMERS; i++) {
      keepAListener("listener-" + i);
    }
    for (UserId user : absent) {
      world.after(
          Duration.ofMillis(world.random().nextLong(PLAY.toMillis())),
          () -> {
            world.fault("player appeared late");
            tables.addPlayer(user);
          });
    }
    shardsComeAndGo();
    if (lossy) {
      redisFailsOver();
      world.spawn("reconciler", this::reconcileMeanwhile);
    }
    world.after(PLAY.plusSeconds(1), () -> playing = false);
    world.spawn("end", this::end);
    world.run(Duration.ofMinutes(20));
    assertThat(ended).as("the end was reached").isTrue();
    return world.faults();
  }

  private boolean ended;

  private void end() {
    world.pause(PLAY.plusSeconds(30));
    while (!redis.entries.isEmpty()) {
      world.pause(Duration.ofSeconds(1));
    }
    world.pause(Duration.ofSeconds(30)); // parked ones, direct ones
    if (lossy) {
      onlyWhatWasLostIsMissing();
      world.pause(Duration.ofMinutes(2)); // until nothing has changed lately
      for (Server server : servers) {
        while (!server.reconcile()) {
          world.pause(Duration.ofSeconds(1));
        }
      }
    } else {
      tables.feeds.forEach(
          (shard, feeds) ->
              feeds.forEach(
                  (feed, seen) ->
                      assertThat(seen.missing()).as("missing of %s in %s", feed, shard).isZero()));
    }
    agree();
    ended = true;
  }

  /** What Redis forgot may have been applied before. */
  private void onlyWhatWasLostIsMissing() {
    for (Server server : servers) {
      server.numbers.forEach(
          (shard, last) -> {
            SeenNumbers seen =
                tables
                    .feeds
                    .getOrDefault(shard, Map.of())
                    .getOrDefault(
                        new RoleTables.Feed(server.id, server.publisher), SeenNumbers.NONE);
            Set<Long> lost = server.lost.getOrDefault(shard, Set.of());
            Set<Long> forgotten = forgottenByRedis.getOrDefault(server.id + "/" + shard, Set.of());
            for (long number = 1; number <= last; number++) {
              boolean come =
                  number <= seen.seenTo()
                      || (seen.ahead().floorEntry(number) != null
                          && seen.ahead().floorEntry(number).getValue() >= number);
              assertThat(come)
                  .as("number %d of %s in shard %s has come", number, server.id, shard)
                  .isEqualTo(forgotten.contains(number) ? come : !lost.contains(number));
            }
          });
    }
  }

  private void agree() {
    Map<RoleKey, Truth> truths = new TreeMap<>();
    for (Server server : servers) {
      server.roles.forEach(
          (role, truth) -> {
            UserId owner = truth.owner();
            if (owner != null) {
              truths.put(new RoleKey(owner, server.id, role), truth);
            }
          });
    }
    Map<RoleKey, RoleRow> shown = new TreeMap<>();
    tables.roles.forEach(
        (key, stored) -> {
          if (stored.row().state() == Role.State.ACTIVE && stored.row().version().revision() > 0) {
            shown.put(key, stored.row());
          }
        });
    assertThat(shown.keySet())
        .as("both sides agree in the end on who has what")
        .isEqualTo(truths.keySet());
    shown.forEach(
        (key, row) -> {
          Truth truth = Objects.requireNonNull(truths.get(key));
          assertThat(row.picture().level()).as("level of %s", key).isEqualTo(truth.level());
          assertThat(row.version().revision())
              .as("revision of %s", key)
              .isEqualTo(truth.revision());
          RoleTables.Place place =
              Objects.requireNonNull(
                  tables.places.get(InMemoryRoleTables.Named.of(key)), "no locator of " + key);
          assertThat(place.owner()).as("owner of %s by its locator", key).isEqualTo(key.userId());
          if (!lossy) { // a reconciliation that gave up leaves the note to the next claim
            assertThat(place.ousted()).as("nobody is ousted by halves: %s", key).isNull();
          }
        });
  }

  private void keepAListener(String name) {
    Simulation.Actor listener = world.spawn(name, this::listen);
    world.after(
        world.delay(Duration.ofSeconds(6), Duration.ofSeconds(30)),
        () -> {
          if (playing) {
            world.fault("listener died");
            listener.kill();
            keepAListener(name + "'");
          }
        });
  }

  private void shardsComeAndGo() {
    world.after(
        world.delay(Duration.ofSeconds(8), Duration.ofSeconds(30)),
        () -> {
          if (playing) {
            Shard shard =
                world.chance(0.5)
                    ? new Shard(world.random().nextInt(3))
                    : shards.ofRole("r" + world.random().nextInt(ROLES));
            world.fault("shard away");
            away.add(shard);
            world.after(
                world.delay(Duration.ofSeconds(2), Duration.ofSeconds(10)),
                () -> away.remove(shard));
            shardsComeAndGo();
          }
        });
  }

  /**
   * The replica is a little behind; what it does not know is gone, and what was done comes again.
   */
  private void redisFailsOver() {
    world.after(Duration.ofMillis(700), this::replicate);
    world.after(
        world.delay(Duration.ofSeconds(12), Duration.ofSeconds(35)),
        () -> {
          if (playing) {
            world.fault("Redis failed over and lost its tail");
            Set<Long> known = replica.entries.keySet();
            redis.entries.forEach(
                (id, event) -> {
                  if (!known.contains(id)) {
                    wasLost(event);
                  }
                });
            Redis after = replica.copy();
            after.next = redis.next;
            redis = after;
          }
        });
  }

  private void wasLost(RoleEvent event) {
    FeedPosition position = Objects.requireNonNull(event.position());
    for (Server server : servers) {
      if (server.id.equals(event.serverId())) {
        forgottenByRedis
            .computeIfAbsent(server.id + "/" + event.userId().shard(), _ -> new HashSet<>())
            .add(position.number());
      }
    }
  }

  private final Map<String, Set<Long>> forgottenByRedis = new HashMap<>();

  private void replicate() {
    replica = redis.copy();
    if (playing) {
      world.after(Duration.ofMillis(700), this::replicate);
    }
  }

  private void reconcileMeanwhile() {
    while (world.now() < PLAY.toNanos()) {
      world.pause(world.delay(Duration.ofSeconds(10), Duration.ofSeconds(30)));
      Server server = servers.get(world.random().nextInt(servers.size()));
      if (server.reconcile()) {
        world.fault("reconciled meanwhile");
      }
    }
  }
}
