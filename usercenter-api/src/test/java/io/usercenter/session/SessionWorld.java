package io.usercenter.session;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.platform.ApiException;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Simulation;
import io.usercenter.token.AccessToken;
import io.usercenter.token.RejectionReason;
import io.usercenter.token.RevocationPage;
import io.usercenter.token.RevocationReason;
import io.usercenter.token.SigningAlgorithm;
import io.usercenter.token.SimulatedVerifier;
import io.usercenter.token.TokenType;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Players who refresh, over a network that loses, doubles and delays, at instances that die and
 * stand still; operators who ban and kick them; a Redis that forgets and goes away; game servers
 * that follow the feed, restart and are cut off; keys that change. The rule of refreshing, the
 * announcer, the feed and its follower are the ones that ship; each step of a database is one
 * transaction. In some worlds a refresh is written before it is answered. Times are short so that
 * much happens: tokens live two minutes.
 */
final class SessionWorld {
  /** Mistakes that the invariants must find. */
  enum Plant {
    NONE,
    /** Rows leave the outbox when they were announced. */
    FORGET_ANNOUNCED,
    /** A shard counts as told before its rows are in the stream. */
    TOLD_TOO_SOON,
    /** A shard counts as told in whatever generation its rows arrive. */
    TOLD_IN_ANY_GENERATION,
    /** The feed answers while shards have yet to tell again. */
    PART_OF_THE_FEED,
    /** Places of the feed do not name the generation. */
    ONE_GENERATION,
    /** A generation is not compared when it is traded in. */
    BLIND_ROTATION,
    /** A note sets its row to its generation, whatever became of it meanwhile. */
    BLIND_NOTES,
    /** The window of replays begins with the answer, however late its note is written. */
    WINDOW_FROM_THE_ANSWER,
    /** Notes are dropped. */
    FORGET_NOTES,
    /** Who comes with the successor of a lost note is unknown. */
    AHEAD_IS_UNKNOWN,
    /** Who asks again gets no successor. */
    NO_REPLAY_WINDOW,
    /** A request comes when it is looked at. */
    ARRIVES_WHEN_LOOKED_AT,
    /** A ban ends the sessions, and not the tokens. */
    BAN_WITHOUT_EPOCH,
    /** A login looks for bans in a transaction of its own. */
    LOGIN_PAST_A_BAN,
    /** A key signs before the others know it. */
    SIGN_AT_ONCE
  }

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration CHAOS = Duration.ofMinutes(8);
  private static final Duration CALM = Duration.ofSeconds(70);
  private static final Duration TOKEN_LIFE = Duration.ofMinutes(2);
  private static final Duration KEEP = TOKEN_LIFE.plusMinutes(1);
  private static final Duration MAX_STALENESS = Duration.ofSeconds(20);

  /** How old what an instance has heard may be when it answers a follower. */
  private static final Duration STALE_FEED = Duration.ofSeconds(3);

  /** From a decision to the stream, while Redis is there: looks, and instances that stand still. */
  private static final Duration UNANNOUNCED = Duration.ofSeconds(40);

  private static final Duration REPLAY = Duration.ofSeconds(30);

  /** The latest that a request arrives: with the second try within the window of replays. */
  private static final Duration LATEST = Duration.ofSeconds(20);

  /** Whom operators end sessions of. */
  private static final List<UserId> TARGETS =
      List.of(new UserId(4096), new UserId(4097), new UserId(4128));

  /** Whom nobody has anything against. */
  private static final List<UserId> OTHERS =
      List.of(
          new UserId(4160), new UserId(4129), new UserId(4098), new UserId(4130), new UserId(4131));

  private static final int INSTANCES = 3;
  private static final int GAME_SERVERS = 2;

  final Simulation world;
  long refreshes;
  long revocations;
  long checks;

  private final Plant plant;
  private final SessionSettings settings;
  private final SigningKeySettings keySettings;
  private final Database database = new Database();
  private final InMemoryRevocationStream redis;
  private final List<Instance> instances = new ArrayList<>();
  private final List<GameServer> servers = new ArrayList<>();
  private final List<Issued> issued = new ArrayList<>();
  private final Map<String, Decision> decisions = new HashMap<>();
  private Duration redisBehind = Duration.ZERO;
  private Duration redisAway = Duration.ZERO;
  private boolean calm;

  SessionWorld(long seed, Plant plant) {
    this.world = new Simulation(seed);
    this.plant = plant;
    this.settings =
        new SessionSettings(
            "https://id.example.com",
            "games",
            TokenType.AT_JWT,
            TOKEN_LIFE,
            Duration.ofDays(30),
            Duration.ofDays(365),
            plant == Plant.NO_REPLAY_WINDOW ? Duration.ZERO : REPLAY,
            Duration.ofSeconds(1),
            ConcurrentSessions.of("100/account"),
            null,
            Duration.ofMinutes(5),
            Duration.ofDays(30),
            false,
            world.chance(0.4));
    this.keySettings =
        new SigningKeySettings(
            SigningAlgorithm.ES256,
            Duration.ofHours(1),
            Duration.ofSeconds(90),
            Duration.ofMinutes(4),
            Duration.ofSeconds(10));
    this.redis = new InMemoryRevocationStream(() -> now().minus(redisBehind));
    database.newKey(now());
    database.newKey(null);
    for (int i = 0; i < INSTANCES; i++) {
      Instance instance = new Instance(i);
      instances.add(instance);
      instance.start();
    }
    for (int i = 0; i < GAME_SERVERS; i++) {
      GameServer server = new GameServer();
      servers.add(server);
      server.start();
      world.spawn("checks of game server " + i, () -> server.checkAll());
    }
    TARGETS.forEach(player -> world.spawn("player " + player, () -> play(player)));
    OTHERS.forEach(player -> world.spawn("player " + player, () -> play(player)));
    world.spawn("operator", this::operate);
    world.spawn("key operator", this::rotateKeys);
    world.spawn("thief", this::steal);
    world.spawn("trouble", this::makeTrouble);
    world.spawn("trouble with Redis", this::makeTroubleWithRedis);
    world.spawn("trouble with shards", this::makeTroubleWithShards);
    world.invariant("a banned player has no session", database::checkBanned);
    world.after(CHAOS, this::calmDown);
  }

  void run() {
    world.run(CHAOS.plus(CALM));
    for (GameServer server : servers) {
      for (Issued one : List.copyOf(issued)) {
        if (one.token().expiresAt().isAfter(now())) {
          RejectionReason reason = server.verifier.check(one.token());
          boolean ended = decisions.values().stream().anyMatch(d -> d.ends(one.token()));
          if ((reason == null) == ended) {
            throw new AssertionError(
                "when all is quiet "
                    + one.token()
                    + " is "
                    + reason
                    + ", faults "
                    + world.faults());
          }
        }
      }
    }
    database.checkAnnounced();
    database.checkWritten();
  }

  private Instant now() {
    return START.plusNanos(world.now());
  }

  private boolean chance(double probability) {
    return !calm && world.chance(probability);
  }

  private void calmDown() {
    calm = true;
    redis.away = false;
    servers.forEach(server -> server.cut = false);
  }

  /** On the way, or in a database: mostly quick. */
  private void shortly() {
    world.pause(
        world.delay(Duration.ofMillis(60), calm ? Duration.ofMillis(300) : Duration.ofSeconds(3)));
  }

  // --- players -------------------------------------------------------------------------------

  /** What a client has. */
  private static final class Client {
    final UserId user;
    @Nullable SessionRow session;
    int generation;

    Client(UserId user) {
      this.user = user;
    }
  }

  /** A request that is on its way, and what came back. */
  private static final class Call {
    @Nullable Object answer;
  }

  private void play(UserId user) {
    Client client = new Client(user);
    while (!calm) {
      if (client.session == null) {
        logIn(client);
        world.pause(world.delay(Duration.ofSeconds(5), Duration.ofSeconds(20)));
      } else {
        world.pause(LATEST.plusSeconds(10 + world.random().nextInt(50)));
        refresh(client);
      }
    }
  }

  private void logIn(Client client) {
    Call call = send("login", sure(), true, instance -> instance.logIn(client.user));
    if (await(List.of(call)) instanceof SessionRow row) {
      client.session = row;
      client.generation = 0;
    }
  }

  /** Asks until there is an answer; from the third time on the network is kind. */
  private void refresh(Client client) {
    SessionRow session = client.session;
    if (session == null) {
      return;
    }
    RefreshToken token =
        new RefreshToken(client.user, new SessionId(session.id), client.generation);
    for (int attempt = 1; !calm; attempt++) {
      boolean kind = attempt > 2;
      int copies = 1;
      if (!kind && chance(0.3)) {
        copies = 2 + world.random().nextInt(3);
        world.fault("request doubled");
      }
      List<Call> calls = new ArrayList<>();
      for (int i = 0; i < copies; i++) {
        calls.add(
            send("refresh", kind ? sure() : any(), kind, instance -> instance.refresh(token)));
      }
      Object answer = await(calls);
      switch (answer) {
        case null -> {}
        case Integer generation -> {
          client.generation = generation;
          refreshes++;
          return;
        }
        default -> {
          if (!session.wronged) {
            throw new AssertionError(
                "a player who did nothing wrong is logged out: " + token + " got " + answer);
          }
          client.session = null;
          return;
        }
      }
    }
  }

  private Instance any() {
    return instances.get(world.random().nextInt(INSTANCES));
  }

  /** One that is well, and stays so for a while. */
  private Instance sure() {
    Instance well =
        instances.stream().filter(i -> i.up && !i.still()).findAny().orElse(instances.getFirst());
    well.spareUntil = now().plusSeconds(15);
    return well;
  }

  private interface Request {
    @Nullable Object at(Instance instance);
  }

  private Call send(String what, Instance instance, boolean kind, Request request) {
    Call call = new Call();
    boolean late = !kind && chance(0.1);
    boolean lost = !kind && chance(0.1);
    if (late) {
      world.fault("request late");
    }
    if (lost) {
      world.fault("request lost");
      return call;
    }
    Duration way =
        late
            ? Duration.ofMillis(world.random().nextLong(LATEST.toMillis() - 1000))
            : Duration.ofMillis(world.random().nextLong(200));
    world.after(
        way,
        () ->
            instance.spawn(
                what,
                () -> {
                  @Nullable Object answer = request.at(instance);
                  if (!kind && chance(0.15)) {
                    world.fault("answer lost");
                  } else {
                    call.answer = answer;
                  }
                }));
    return call;
  }

  private @Nullable Object await(List<Call> calls) {
    for (int waited = 0; waited < 20; waited++) {
      for (Call call : calls) {
        if (call.answer != null) {
          return call.answer;
        }
      }
      world.pause(Duration.ofMillis(300));
    }
    return null;
  }

  // --- who ends sessions ---------------------------------------------------------------------

  private void operate() {
    while (!calm) {
      world.pause(world.delay(Duration.ofSeconds(25), Duration.ofSeconds(80)));
      decide(TARGETS.get(world.random().nextInt(TARGETS.size())));
    }
  }

  /** Bans a player, or kicks him out of a session, at some instance. */
  private void decide(UserId user) {
    if (calm) {
      return;
    }
    Instance instance = sure();
    if (world.chance(0.5)) {
      instance.spawn("ban", () -> instance.ban(user));
    } else {
      database.alive(user).stream()
          .findAny()
          .ifPresent(
              row -> instance.spawn("kick", () -> instance.end(row, RevocationReason.KICKED)));
    }
  }

  private void steal() {
    while (!calm) {
      world.pause(world.delay(Duration.ofSeconds(90), Duration.ofMinutes(3)));
      Optional<SessionRow> robbed =
          database.sessions.values().stream()
              .filter(row -> row.reason == null && row.generation > 0)
              .filter(row -> row.rotatedAt.plus(REPLAY).plusSeconds(10).isBefore(now()))
              .findAny();
      if (calm || robbed.isEmpty()) {
        continue;
      }
      SessionRow row = robbed.get();
      world.fault("token stolen");
      row.wronged = true;
      RefreshToken old = new RefreshToken(row.user, new SessionId(row.id), row.generation - 1);
      Object answer = await(List.of(send("theft", sure(), true, i -> i.refresh(old))));
      if (answer instanceof Integer) {
        throw new AssertionError("a stolen token is good after the window: " + old);
      }
      if ("THEFT".equals(answer) && row.reason == null) {
        throw new AssertionError("a theft was seen and the session lives: " + answer);
      }
    }
  }

  private void rotateKeys() {
    while (!calm) {
      world.pause(world.delay(Duration.ofSeconds(70), Duration.ofMinutes(3)));
      if (plant == Plant.SIGN_AT_ONCE) {
        database.newKey(now());
      } else {
        SigningKeyMapper.Row next =
            SigningKeys.next(database.keys, now()).orElseGet(() -> database.newKey(null));
        database.signFrom(next, SigningKeys.turn(next, now(), keySettings));
      }
    }
  }

  // --- trouble -------------------------------------------------------------------------------

  private void makeTrouble() {
    while (!calm) {
      world.pause(world.delay(Duration.ofSeconds(12), Duration.ofSeconds(40)));
      if (calm) {
        return;
      }
      switch (world.random().nextInt(4)) {
        case 0 -> any().kill();
        case 1 -> any().standStill();
        case 2 -> {
          world.fault("cut off");
          GameServer server = servers.get(world.random().nextInt(GAME_SERVERS));
          server.cut = true;
          world.after(
              world.delay(Duration.ofSeconds(20), Duration.ofSeconds(90)),
              () -> server.cut = false);
        }
        default -> {
          world.fault("game server restarted");
          servers.get(world.random().nextInt(GAME_SERVERS)).start();
        }
      }
    }
  }

  private void makeTroubleWithShards() {
    while (!calm) {
      world.pause(world.delay(Duration.ofSeconds(60), Duration.ofSeconds(150)));
      if (calm) {
        return;
      }
      world.fault("shards only read");
      database.onlyReadsUntil = now().plusSeconds(20 + world.random().nextInt(60));
      if (world.chance(0.5)) {
        any().standStill();
      }
    }
  }

  private void makeTroubleWithRedis() {
    while (!calm) {
      world.pause(world.delay(Duration.ofSeconds(30), Duration.ofSeconds(90)));
      if (calm) {
        return;
      }
      if (world.chance(0.25)) {
        world.fault("Redis away");
        redis.away = true;
        Duration time = world.delay(Duration.ofSeconds(8), Duration.ofSeconds(40));
        redisAway = redisAway.plus(time);
        world.pause(time);
        redis.away = false;
      }
      // Now and then again and again, with decisions in between: the shards are being told again.
      int times = world.chance(0.7) ? 5 : 1;
      for (int i = 0; i < times && !calm; i++) {
        world.fault("Redis emptied");
        redisBehind = Duration.ofMillis(world.random().nextInt(5000));
        redis.flush();
        if (world.chance(0.4)) {
          servers.get(world.random().nextInt(GAME_SERVERS)).start();
        }
        world.pause(Duration.ofMillis(world.random().nextInt(3000)));
        decide(TARGETS.get(world.random().nextInt(TARGETS.size())));
        world.pause(Duration.ofMillis(world.random().nextInt(1000)));
      }
    }
  }

  // --- what the databases hold ---------------------------------------------------------------

  private static final class SessionRow {
    final UserId user;
    final long id;
    final Instant createdAt;
    int generation;
    Instant rotatedAt;
    Instant expiresAt;
    @Nullable String reason;

    /** Somebody ended it, or stole from it. */
    boolean wronged;

    /** The highest generation that anybody was told of. */
    int told;

    /** An instance died before it wrote that. */
    boolean noteLost;

    /** What each generation was traded in for. */
    final Map<Integer, Integer> successors = new HashMap<>();

    SessionRow(UserId user, long id, Instant at, Instant expiresAt) {
      this.user = user;
      this.id = id;
      this.createdAt = at;
      this.rotatedAt = at;
      this.expiresAt = expiresAt;
    }
  }

  /** A token that somebody has. */
  private record Issued(AccessToken token, String kid) {}

  /** Something that ended tokens. */
  private static final class Decision {
    final UserId user;
    final long session;
    final int minEpoch;
    final Instant at;

    /** When Redis away up to then had lasted so long. */
    final Duration awayBefore;

    @Nullable Instant announcedAt;

    Decision(UserId user, long session, int minEpoch, Instant at, Duration awayBefore) {
      this.user = user;
      this.session = session;
      this.minEpoch = minEpoch;
      this.at = at;
      this.awayBefore = awayBefore;
    }

    boolean ends(AccessToken token) {
      return token.userId().equals(user)
          && (token.sessionId() == session || token.epoch() < minEpoch);
    }
  }

  /** A shard that was failed over to and is not promoted yet. */
  private static final class OnlyReadsException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** The shards and the admin database; each method is one transaction. */
  private final class Database {
    final Map<Long, SessionRow> sessions = new HashMap<>();
    final Map<UserId, Integer> epochs = new HashMap<>();
    final Map<UserId, Instant> bannedUntil = new HashMap<>();
    final Map<Shard, List<Kept>> outbox = new HashMap<>();
    List<SigningKeyMapper.Row> keys = List.of();
    private Instant onlyReadsUntil = Instant.MIN;
    private long ids;

    /** Sessions, that is: bans have shards of their own here. */
    boolean onlyReads() {
      return !calm && onlyReadsUntil.isAfter(now());
    }

    boolean banned(UserId user) {
      return bannedUntil.getOrDefault(user, Instant.MIN).isAfter(now());
    }

    int epoch(UserId user) {
      return epochs.getOrDefault(user, 0);
    }

    List<SessionRow> alive(UserId user) {
      return sessions.values().stream()
          .filter(row -> row.user.equals(user) && row.reason == null)
          .toList();
    }

    SessionRow open(UserId user, Instant at) {
      SessionRow row = new SessionRow(user, ++ids, at, at.plus(settings.refreshLife()));
      sessions.put(row.id, row);
      return row;
    }

    void ban(UserId user) {
      bannedUntil.put(user, now().plusSeconds(20 + world.random().nextInt(30)));
      int epoch = epoch(user) + (plant == Plant.BAN_WITHOUT_EPOCH ? 0 : 1);
      epochs.put(user, epoch);
      for (SessionRow row : alive(user)) {
        row.reason = RevocationReason.BANNED.name();
        row.wronged = true;
      }
      note(
          user,
          Fact.ofEpoch(user, epoch, RevocationReason.BANNED, now()),
          new Decision(user, -1, epoch(user) == 0 ? 1 : epoch(user), now(), redisAway));
    }

    boolean end(SessionRow row, RevocationReason reason) {
      if (row.reason != null) {
        return false;
      }
      row.reason = reason.name();
      row.wronged = row.wronged || reason != RevocationReason.THEFT;
      note(
          row.user,
          Fact.ofSession(row.user, new SessionId(row.id), reason, now()),
          new Decision(row.user, row.id, -1, now(), redisAway));
      return true;
    }

    private void note(UserId user, Fact fact, Decision decision) {
      revocations++;
      String json = JsonMapper.shared().writeValueAsString(fact);
      decisions.put(json, decision);
      outbox
          .computeIfAbsent(user.shard(), shard -> new ArrayList<>())
          .add(new Kept(new OutboxRows.Row(++ids, json), now()));
    }

    SigningKeyMapper.Row newKey(@Nullable Instant signsFrom) {
      int number = keys.size() + 1;
      SigningKeyMapper.Row key =
          new SigningKeyMapper.Row(
              "k" + number,
              number,
              SigningAlgorithm.ES256,
              new byte[0],
              new byte[0],
              now(),
              signsFrom,
              null,
              null);
      List<SigningKeyMapper.Row> more = new ArrayList<>(keys);
      more.add(key);
      keys = List.copyOf(more);
      return key;
    }

    void signFrom(SigningKeyMapper.Row key, Instant turn) {
      keys =
          keys.stream()
              .map(
                  row ->
                      row.kid().equals(key.kid()) && row.signsFrom() == null
                          ? new SigningKeyMapper.Row(
                              row.kid(),
                              row.number(),
                              row.algorithm(),
                              row.publicKey(),
                              row.sealedPrivate(),
                              row.createdAt(),
                              turn,
                              null,
                              null)
                          : row)
              .toList();
    }

    void checkBanned() {
      for (SessionRow row : sessions.values()) {
        if (row.reason == null && banned(row.user)) {
          throw new AssertionError(row.user + " is banned and has session " + row.id);
        }
      }
    }

    void checkWritten() {
      for (SessionRow row : sessions.values()) {
        if (row.reason == null && row.generation < row.told && !row.noteLost) {
          throw new AssertionError(
              "session " + row.id + " is at " + row.generation + ", and its player at " + row.told);
        }
      }
    }

    void checkAnnounced() {
      outbox.values().stream()
          .flatMap(List::stream)
          .filter(kept -> kept.announcedAt == null)
          .findAny()
          .ifPresent(
              kept -> {
                throw new AssertionError(kept.row.fact() + " was never announced");
              });
    }
  }

  private static final class Kept {
    final OutboxRows.Row row;
    final Instant at;
    @Nullable Instant announcedAt;

    Kept(OutboxRows.Row row, Instant at) {
      this.row = row;
      this.at = at;
    }
  }

  // --- instances -----------------------------------------------------------------------------

  /** An instance of the service, and the next one when it has died. */
  private final class Instance implements Generations, OutboxRows, RevocationStream {
    private final String name;
    private final Duration clockAhead;
    private final List<Simulation.Actor> actors = new ArrayList<>();
    private final Set<Shard> woken = new HashSet<>();
    private Instant stillUntil = START;
    private Instant spareUntil = START;
    private List<SigningKeyMapper.Row> keys = List.of();
    private RevocationFeed feed;
    private RotationNotes notes;
    private final Set<SessionRow> noted = new HashSet<>();
    private boolean up;

    Instance(int number) {
      this.name = "instance " + number;
      this.clockAhead = Duration.ofMillis(world.random().nextInt(2000) - 1000);
      this.feed = newFeed();
      this.notes = newNotes();
    }

    private RotationNotes newNotes() {
      return new RotationNotes(this::write, shard -> shard, this::clock, new SimpleMeterRegistry());
    }

    private RevocationFeed newFeed() {
      return new RevocationFeed(
          this,
          JsonMapper.shared(),
          this::clock,
          KEEP,
          news -> {},
          shard -> true,
          new SimpleMeterRegistry());
    }

    private Instant clock() {
      return now().plus(clockAhead);
    }

    void start() {
      up = true;
      feed = newFeed();
      notes = newNotes();
      keys = database.keys;
      woken.clear();
      spawn("writes notes", this::writeNotes);
      spawn("listens", this::listen);
      spawn("announces", this::announce);
      spawn("loads keys", this::loadKeys);
    }

    void spawn(String what, Runnable body) {
      if (up) {
        actors.add(world.spawn(name + " " + what, body));
      }
    }

    boolean still() {
      return stillUntil.isAfter(now());
    }

    private boolean spared() {
      return spareUntil.isAfter(now())
          || instances.stream().filter(i -> i.up && !i.still()).count() < 2;
    }

    void kill() {
      if (!up || spared()) {
        return;
      }
      world.fault("instance killed");
      up = false;
      actors.forEach(Simulation.Actor::kill);
      actors.clear();
      if (notes.waiting() > 0) {
        world.fault("refresh lost with its instance");
        noted.forEach(row -> row.noteLost = true);
      }
      noted.clear();
      world.after(world.delay(Duration.ofSeconds(5), Duration.ofSeconds(30)), this::start);
    }

    void standStill() {
      if (!up || still() || spared()) {
        return;
      }
      world.fault("instance stood still");
      Instant until = now().plusSeconds(5 + world.random().nextInt(85));
      Instant end = START.plus(CHAOS);
      stillUntil = until.isBefore(end) ? until : end;
    }

    /** Between any two steps. */
    private void step() {
      shortly();
      while (still() && !calm) {
        world.pause(Duration.between(now(), stillUntil));
      }
    }

    private void listen() {
      while (true) {
        if (!feed.listen()) {
          world.pause(Duration.ofMillis(200));
        }
        world.pause(Duration.ofMillis(500));
      }
    }

    private void announce() {
      Announcer announcer =
          new Announcer(this, this, this::clock, KEEP, new Random(world.random().nextLong()));
      Instant nextLook = now();
      while (true) {
        Set<Shard> shards = new HashSet<>(woken);
        woken.clear();
        boolean look = !now().isBefore(nextLook);
        if (look) {
          shards.addAll(Shards.all());
          nextLook = now().plusSeconds(2);
        }
        shards.forEach(announcer::announce);
        if (look) {
          announcer.tellAgain(Shards.all());
          database.outbox.keySet().forEach(announcer::forgetOld);
        }
        world.pause(Duration.ofMillis(500));
      }
    }

    private void loadKeys() {
      while (true) {
        world.pause(keySettings.reload());
        step();
        keys = database.keys;
      }
    }

    Object logIn(UserId user) {
      int epoch = database.epoch(user);
      boolean banned = database.banned(user);
      if (plant == Plant.LOGIN_PAST_A_BAN) {
        step();
        world.pause(Duration.ofMillis(world.random().nextInt(3000)));
      }
      if (banned) {
        return "BANNED";
      }
      SessionRow row = database.open(user, clock());
      issue(row, epoch, clock());
      return row;
    }

    private void issue(SessionRow row, int epoch, Instant at) {
      issued.add(
          new Issued(
              new AccessToken(
                  row.user, row.id, epoch, "", "pc", at, at.plus(TOKEN_LIFE), "t" + issued.size()),
              SigningKeys.signing(keys, clock()).kid()));
    }

    /** The next generation, or why there is none; null: ask again. */
    @Nullable Object refresh(RefreshToken token) {
      Instant arrived = clock();
      step();
      if (database.banned(token.userId())) {
        return "BANNED";
      }
      step();
      SessionRow behind = database.sessions.get(token.sessionId().value());
      if (plant == Plant.AHEAD_IS_UNKNOWN
          && behind != null
          && behind.generation < token.generation()) {
        return "UNKNOWN";
      }
      Instant counts = plant == Plant.ARRIVES_WHEN_LOOKED_AT ? clock() : arrived;
      Rotation.Outcome outcome;
      try {
        outcome = new Rotation(this, notes, settings, this::clock).trade(token, counts);
      } catch (OnlyReadsException e) {
        return null; // an answer that has the client ask again
      }
      return switch (outcome) {
        case Rotation.Outcome.Rotated(SessionMapper.State state, Instant expiresAt) -> {
          SessionRow row = database.sessions.get(token.sessionId().value());
          if (row == null || row.generation < token.generation()) {
            throw new AssertionError(token + " has a successor that its shard does not know");
          }
          row.told = Math.max(row.told, token.generation() + 1);
          if (row.generation == token.generation()) {
            noted.add(row);
          }
          issue(row, state.authEpoch(), arrived);
          yield token.generation() + 1;
        }
        case Rotation.Outcome.Replayed replayed -> {
          SessionRow row = database.sessions.get(token.sessionId().value());
          if (row != null && !row.wronged) {
            throw new AssertionError(
                "a player who did nothing wrong is taken for a thief: "
                    + token
                    + ", "
                    + replayed
                    + ", arrived "
                    + arrived
                    + ", it is "
                    + clock());
          }
          if (row != null) {
            end(row, RevocationReason.THEFT);
          }
          yield "THEFT";
        }
        case Rotation.Outcome.Ended(String reason) -> reason;
        case Rotation.Outcome.Unknown() -> "UNKNOWN";
      };
    }

    void end(SessionRow row, RevocationReason reason) {
      step();
      if (database.end(row, reason)) {
        woken.add(row.user.shard());
      }
    }

    void ban(UserId user) {
      step();
      database.ban(user);
      woken.add(user.shard());
    }

    // The way to the shard of a session.

    @Override
    public Optional<SessionMapper.State> state(UserId user, long session) {
      step();
      Optional<SessionMapper.State> state =
          Optional.ofNullable(database.sessions.get(session))
              .map(
                  row ->
                      new SessionMapper.State(
                          row.generation,
                          row.rotatedAt,
                          row.createdAt,
                          row.expiresAt,
                          "pc",
                          "",
                          row.reason,
                          database.epoch(user)));
      step();
      return state;
    }

    @Override
    public int rotate(
        UserId user, long session, int generation, int next, Instant at, Instant expiresAt) {
      step();
      if (database.onlyReads()) {
        throw new OnlyReadsException();
      }
      int changed = change(session, generation, next, at, expiresAt, plant == Plant.BLIND_ROTATION);
      step();
      return changed;
    }

    private int change(
        long session, int generation, int next, Instant at, Instant expiresAt, boolean blind) {
      SessionRow row = database.sessions.get(session);
      boolean right = row != null && (row.generation == generation || blind);
      if (row == null || !right || row.reason != null || !row.expiresAt.isAfter(at)) {
        return 0;
      }
      row.generation = next;
      row.rotatedAt = at;
      row.expiresAt = expiresAt;
      Integer other = row.successors.put(generation, next);
      if (other != null) {
        throw new AssertionError(
            "generation " + generation + " has two successors: " + other + ", " + next);
      }
      return 1;
    }

    private void writeNotes() {
      while (true) {
        world.pause(Duration.ofSeconds(1));
        if (notes.waiting() > 0) {
          Shards.all().forEach(notes::settle);
        }
      }
    }

    /** The way of notes to a shard, which may be done and not be answered, or fail. */
    private int write(Shard shard, List<RotationNotes.Note> some) {
      step();
      if (plant == Plant.FORGET_NOTES) {
        return some.size();
      }
      if (database.onlyReads() || chance(0.1)) {
        world.fault("refreshes not written");
        throw new OnlyReadsException();
      }
      for (RotationNotes.Note note : some) {
        noted.removeIf(row -> row.id == note.sessionId());
        var _ =
            change(
                note.sessionId(),
                note.generation(),
                note.generation() + 1,
                plant == Plant.WINDOW_FROM_THE_ANSWER ? note.at() : clock(),
                note.expiresAt(),
                plant == Plant.BLIND_NOTES);
      }
      step();
      if (chance(0.1)) {
        world.fault("refreshes written without an answer");
        throw new IllegalStateException("the connection is gone");
      }
      return some.size();
    }

    // The way to the outboxes. Shards without news answer at once, or worlds were slow.

    private List<Kept> rows(Shard shard) {
      return database.outbox.getOrDefault(shard, List.of());
    }

    @Override
    public List<OutboxRows.Row> waiting(Shard shard, int limit) {
      List<OutboxRows.Row> waiting =
          rows(shard).stream()
              .filter(kept -> kept.announcedAt == null)
              .map(kept -> kept.row)
              .limit(limit)
              .toList();
      if (!waiting.isEmpty()) {
        step();
      }
      return waiting;
    }

    @Override
    public void announced(Shard shard, List<OutboxRows.Row> rows, Instant at) {
      step();
      rows(shard).stream()
          .filter(kept -> rows.contains(kept.row))
          .forEach(kept -> kept.announcedAt = at);
      if (plant == Plant.FORGET_ANNOUNCED) {
        rows(shard).removeIf(kept -> kept.announcedAt != null);
      }
    }

    @Override
    public List<OutboxRows.Row> decidedSince(Shard shard, Instant from, long after, int limit) {
      if (rows(shard).isEmpty()) {
        return List.of();
      }
      step();
      List<OutboxRows.Row> since =
          rows(shard).stream()
              .filter(kept -> !kept.at.isBefore(from) && kept.row.seq() > after)
              .map(kept -> kept.row)
              .limit(limit)
              .toList();
      step();
      if (chance(0.1)) {
        world.pause(Duration.ofMillis(world.random().nextInt(3000)));
      }
      return since;
    }

    @Override
    public void forget(Shard shard, Instant announcedBefore) {
      rows(shard)
          .removeIf(kept -> kept.announcedAt != null && kept.announcedAt.isBefore(announcedBefore));
    }

    // The way to Redis: what is done there may be done and not be answered.

    private <T> Optional<T> redis(Supplier<Optional<T>> command) {
      step();
      Optional<T> answer = command.get();
      if (chance(0.01)) {
        world.fault("answer of Redis lost");
        return Optional.empty();
      }
      return answer;
    }

    @Override
    public Optional<Told> told() {
      Optional<Told> told = redis(redis::told);
      if (plant == Plant.PART_OF_THE_FEED) {
        return told.map(all -> new Told(all.generation(), Shards.all()));
      }
      return plant == Plant.ONE_GENERATION
          ? told.map(all -> new Told("always", all.shards()))
          : told;
    }

    @Override
    public boolean append(List<String> facts) {
      return redis(() -> Optional.of(appendNow(facts)).filter(done -> done)).isPresent();
    }

    private boolean appendNow(List<String> facts) {
      if (!redis.append(facts)) {
        return false;
      }
      noteAnnounced(facts);
      return true;
    }

    private void noteAnnounced(List<String> facts) {
      for (String fact : facts) {
        Decision decision = decisions.get(fact);
        if (decision != null && decision.announcedAt == null) {
          decision.announcedAt = now();
        }
      }
    }

    @Override
    public boolean appendAgain(String generation, Shard shard, List<String> facts, boolean all) {
      if (plant == Plant.TOLD_TOO_SOON && !facts.isEmpty()) {
        return redis(() -> tell(generation, shard, List.of(), true)).isPresent() && append(facts);
      }
      return redis(() -> tell(generation, shard, facts, all)).isPresent();
    }

    private Optional<Boolean> tell(
        String generation, Shard shard, List<String> facts, boolean all) {
      boolean any = plant == Plant.TOLD_IN_ANY_GENERATION || plant == Plant.ONE_GENERATION;
      String wanted = any ? redis.told().map(Told::generation).orElse(generation) : generation;
      if (!redis.appendAgain(wanted, shard, facts, all)) {
        return Optional.empty();
      }
      noteAnnounced(facts);
      if (all) {
        checkWhole(shard);
      }
      return Optional.of(true);
    }

    private void checkWhole(Shard shard) {
      Instant from = now().minus(KEEP).plusSeconds(10);
      for (Kept kept : rows(shard)) {
        if (kept.announcedAt != null && kept.at.isAfter(from) && !redis.knows(kept.row.fact())) {
          throw new AssertionError(
              "shard " + shard + " counts as told, and the stream lacks " + kept.row.fact());
        }
      }
    }

    @Override
    public Optional<List<Entry>> read(StreamPlace after, int limit) {
      return redis(() -> redis.read(after, limit));
    }
  }

  // --- game servers --------------------------------------------------------------------------

  /** A game server, and the next one when it was restarted. */
  private final class GameServer {
    private static final Duration KEY_REFRESH = Duration.ofSeconds(60);
    private static final Duration UNKNOWN_KEY = Duration.ofSeconds(10);

    private SimulatedVerifier verifier = newVerifier();
    private Set<String> keys = Set.of();
    private Instant keysAt = Instant.MIN;
    private Simulation.@Nullable Actor poller;
    private boolean cut;

    private SimulatedVerifier newVerifier() {
      return new SimulatedVerifier(
          this::page,
          TOKEN_LIFE.plusSeconds(10),
          MAX_STALENESS,
          SessionWorld.this::now,
          world::now,
          new Random(world.random().nextLong()));
    }

    /** With nothing in memory. */
    void start() {
      if (poller != null) {
        poller.kill();
      }
      verifier = newVerifier();
      keys = Set.of();
      keysAt = Instant.MIN;
      SimulatedVerifier mine = verifier;
      poller =
          world.spawn(
              "game server follows",
              () -> {
                while (true) {
                  world.pause(mine.poll());
                }
              });
    }

    private RevocationPage page(String place, Duration held) throws IOException {
      shortly();
      Instance instance = any();
      if (cut || !instance.up || (instance.still() && !calm)) {
        world.pause(Duration.ofSeconds(2));
        throw new IOException("no answer");
      }
      Instant until =
          now().plus(held.compareTo(Duration.ofSeconds(5)) < 0 ? held : Duration.ofSeconds(5));
      while (true) {
        RevocationFeed feed = instance.feed;
        try {
          RevocationPage page = feed.page(place);
          boolean news = page.reset() || page.more() || !page.news().isEmpty();
          if (news || !now().isBefore(until)) {
            shortly();
            if (cut || chance(0.02)) {
              throw new IOException("the answer is lost");
            }
            return page;
          }
        } catch (ApiException e) {
          if (!now().isBefore(until)) {
            throw new IOException(e);
          }
        }
        world.pause(Duration.ofMillis(500));
        if (!instance.up || (instance.still() && !calm)) {
          throw new IOException("died meanwhile");
        }
      }
    }

    void checkAll() {
      while (true) {
        world.pause(Duration.ofMillis(1700));
        Instant now = now();
        if (keysAt.plus(KEY_REFRESH).isBefore(now)) {
          fetchKeys();
        }
        issued.removeIf(one -> !one.token().expiresAt().isAfter(now));
        if (!keys.isEmpty()) {
          issued.forEach(this::check);
        }
      }
    }

    private void fetchKeys() {
      List<Instance> well = instances.stream().filter(i -> i.up && (calm || !i.still())).toList();
      if (!cut && !well.isEmpty()) {
        keysAt = now();
        keys = new HashSet<>();
        well.get(world.random().nextInt(well.size())).keys.forEach(key -> keys.add(key.kid()));
      }
    }

    private void check(Issued one) {
      checks++;
      AccessToken token = one.token();
      if (!keys.contains(one.kid()) && keysAt.plus(UNKNOWN_KEY).isBefore(now())) {
        fetchKeys();
      }
      Duration age = verifier.age(token);
      boolean stale = age.compareTo(MAX_STALENESS) > 0;
      RejectionReason reason =
          keys.contains(one.kid()) ? verifier.check(token) : RejectionReason.UNKNOWN_KEY;
      List<Decision> ended = decisions.values().stream().filter(d -> d.ends(token)).toList();
      if (reason == null) {
        ended.forEach(decision -> checkInTime(token, decision, age));
      } else if (ended.isEmpty()
          && !(stale
              && (reason == RejectionReason.NEWS_TOO_OLD || reason == RejectionReason.UNKNOWN_KEY))
          && !(reason == RejectionReason.UNKNOWN_KEY && cut)) {
        throw new AssertionError(
            "a token of a player who did nothing wrong is refused: "
                + token
                + " signed by "
                + one.kid()
                + ", "
                + reason
                + ", news "
                + age
                + " old");
      }
    }

    /** It was accepted: the verifier must not have claimed to know better. */
    private void checkInTime(AccessToken token, Decision decision, Duration age) {
      Instant announced = decision.announcedAt;
      if (announced != null && announced.plus(age).plus(STALE_FEED).isBefore(now())) {
        throw new AssertionError(
            token
                + " is accepted with news "
                + age
                + " old, though it was revoked at "
                + decision.at
                + " and that was announced at "
                + announced
                + ", it is "
                + now());
      }
      Duration away = redisAway.minus(decision.awayBefore);
      if (decision.at.plus(MAX_STALENESS).plus(UNANNOUNCED).plus(away).isBefore(now())) {
        throw new AssertionError(
            token + " is accepted, though it was revoked at " + decision.at + ", it is " + now());
      }
    }
  }
}
