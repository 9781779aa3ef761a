package io.usercenter.id;

import io.usercenter.id.UserIdUnavailableException.Code;
import io.usercenter.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Machines that mint ids while everything around them fails: clocks jump hours both ways, processes
 * stand still for minutes (inside a read of the clock, or between the store's commit and its
 * answer), are killed and restarted in the same millisecond, the store is away, and messages are
 * lost, doubled and late. What is minted is checked id by id.
 */
final class IdWorld {
  /** How bad it is. */
  enum Weather {
    /**
     * The store is away up to two minutes at a time, messages get lost; clocks and processes run.
     */
    OUTAGES,
    /** Everything. */
    HOSTILE
  }

  /** Mistakes that the checks must find. */
  enum Plant {
    NONE,
    /** The limit never applies: a holder goes on for ever. */
    NO_WINDOW,
    /** A lease by the wall clock, kept up by a heartbeat. */
    HEARTBEAT,
    /** A process that comes back takes its old number again and starts from its own now. */
    RESTART_FROM_NOW,
    /** The token counts from 0 in every life. */
    COUNTER_TOKEN,
    /** The limit moves when it is asked for, not when it is confirmed. */
    UNCONFIRMED_LIMIT,
    /** A row is claimed without comparing it with what was read. */
    BLIND_CLAIM
  }

  private static final Duration CHAOS = Duration.ofMinutes(25);
  private static final Duration CALM = Duration.ofMinutes(15);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(8);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final UserIdSettings SETTINGS = UserIdSettings.standard();

  final Simulation world;
  private final Weather weather;
  private final Plant plant;
  private final List<Machine> machines = new ArrayList<>();
  private final InMemoryMachineStore rows;
  private final Set<Long> minted = new HashSet<>();
  private final Map<Integer, Map<String, long[]>> spans = new HashMap<>();
  private final Duration gap;
  private long storeOffset;
  private long outageUntil;
  private boolean calm;
  long asked;
  long refused;
  long leases;
  long lost;
  long duplicates;
  long overlaps;

  IdWorld(long seed, Weather weather, Plant plant) {
    this.world = new Simulation(seed);
    this.weather = weather;
    this.plant = plant;
    int size = drawSize();
    int numbers = world.chance(0.3) ? 256 : Math.min(256, size + world.random().nextInt(1, 5));
    this.rows = new InMemoryMachineStore(numbers, () -> millis(storeOffset));
    this.gap = Duration.ofSeconds(Math.clamp(size / 2, 4, 40));
    for (int i = 0; i < size; i++) {
      Machine machine = new Machine(i);
      machines.add(machine);
      machine.start();
    }
    world.spawn("chaos", this::chaos);
    world.after(CHAOS, this::calm);
    world.after(CHAOS.plus(CALM), this::checkProgress);
  }

  private int drawSize() {
    double die = world.random().nextDouble();
    if (die < 0.03) {
      return world.random().nextInt(64, 257);
    }
    return die < 0.2 ? world.random().nextInt(6, 24) : world.random().nextInt(2, 6);
  }

  void run() {
    world.run(CHAOS.plus(CALM).plusSeconds(1));
  }

  int ids() {
    return minted.size();
  }

  /** Milliseconds since 2018 of a clock that is off by so many nanoseconds. */
  private long millis(long offset) {
    return Math.floorDiv(FakeTime.START * 1_000_000 + world.now() + offset, 1_000_000);
  }

  private void chaos() {
    while (!calm) {
      world.pause(world.delay(Duration.ofSeconds(20), Duration.ofMinutes(2)));
      if (calm) {
        return;
      }
      if (weather == Weather.OUTAGES) {
        outage(Duration.ofMinutes(2));
        world.pause(Duration.ofMinutes(3));
        continue;
      }
      Machine machine = machines.get(world.random().nextInt(machines.size()));
      switch (world.random().nextInt(8)) {
        case 0 -> {
          world.fault("wall clock step");
          machine.wallOffset += step();
        }
        case 1 -> {
          world.fault("store clock step");
          long step = step();
          storeOffset += step;
          if (world.chance(0.7)) {
            world.after(pauseLength(), () -> storeOffset = calm ? 0 : storeOffset - step);
          }
        }
        case 2 -> outage(LONGEST_PAUSE);
        case 3, 4 -> {
          world.fault("process stopped");
          machine.life.stoppedUntil = world.now() + pauseLength().toNanos();
        }
        case 5, 6 -> {
          world.fault("kill");
          machine.life.kill();
          restart(machine);
        }
        default -> {
          world.fault("clean restart");
          machine.life.close(() -> restart(machine));
        }
      }
    }
  }

  private void outage(Duration most) {
    world.fault("store outage");
    outageUntil = world.now() + world.random().nextLong(most.toNanos());
  }

  private void restart(Machine machine) {
    if (world.chance(0.5)) {
      world.fault("restart in the same millisecond");
      machine.start();
    } else {
      world.after(world.delay(Duration.ofSeconds(3), Duration.ofMinutes(2)), machine::start);
    }
  }

  /** Milliseconds to hours, both ways. */
  private long step() {
    double nanos = Math.pow(10, world.random().nextDouble(6, 13.2));
    return (long) (world.chance(0.5) ? nanos : -nanos);
  }

  /** Milliseconds to minutes. */
  private Duration pauseLength() {
    double most = Math.log10((double) LONGEST_PAUSE.toNanos());
    return Duration.ofNanos((long) Math.pow(10, world.random().nextDouble(6, most)));
  }

  private void calm() {
    calm = true;
    storeOffset = 0;
    outageUntil = 0;
    for (Machine machine : machines) {
      machine.wallOffset = 0;
      if (machine.life.ended()) {
        machine.start();
      }
    }
  }

  /** Numbers are short when none was free for the taking for a minute: looks are seconds apart. */
  private void checkProgress() {
    long recently = world.now() - Duration.ofMinutes(5).toNanos();
    long aMinuteAgo = millis(0) - 60_000;
    for (Machine machine : machines) {
      boolean noneFree =
          machine.life.lastRefusal == Code.ID_MACHINE_NUMBERS_EXHAUSTED
              && rows.read().rows().stream().allMatch(row -> row.reservedUntil() >= aMinuteAgo);
      if (machine.life.lastSuccess < recently && !noneFree) {
        throw new AssertionError(machine.name() + " does not recover: " + machine.life.lastRefusal);
      }
    }
  }

  private void record(Life life, long id, @Nullable String token, long before) {
    UserId userId = new UserId(id);
    if (!minted.add(id)) {
      duplicates++;
      throw new AssertionError("no id twice: " + id);
    }
    if (id <= before) {
      throw new AssertionError("ids of a gene rise: " + id + " after " + before);
    }
    long timestamp = UserIdLayout.timestamp(id);
    if (token != null) {
      spend(userId.machine(), token, timestamp);
    }
    life.lastSuccess = world.now();
  }

  /** Sparse ids rarely collide; timestamps used under two tokens would, sooner or later. */
  private void spend(int machine, String token, long timestamp) {
    Map<String, long[]> ofMachine = spans.computeIfAbsent(machine, _ -> new HashMap<>());
    long[] span = ofMachine.computeIfAbsent(token, _ -> new long[] {timestamp, timestamp});
    span[0] = Math.min(span[0], timestamp);
    span[1] = Math.max(span[1], timestamp);
    ofMachine.forEach(
        (other, theirs) -> {
          if (!other.equals(token) && span[0] <= theirs[1] && theirs[0] <= span[1]) {
            overlaps++;
            throw new AssertionError(
                "spans are disjoint: machine number %d, %s used %d to %d, %s %d to %d"
                    .formatted(machine, token, span[0], span[1], other, theirs[0], theirs[1]));
          }
        });
  }

  /** A computer with a wall clock; processes on it come and go. */
  private final class Machine {
    private final int number;
    private long wallOffset;
    private int lives;
    private int lastNumber = -1;
    private Life life;

    Machine(int number) {
      this.number = number;
      this.life = new Life(this, 0);
    }

    String name() {
      return "m" + number + "." + lives;
    }

    void start() {
      if (lives > 0 && !life.ended()) {
        return;
      }
      lives++;
      life = new Life(this, world.random().nextLong());
      life.begin(name());
    }
  }

  /** A process from start to end: the production classes and what they run on. */
  private final class Life {
    private final Machine machine;
    private final long bootNanos = world.random().nextLong(1L << 50);
    private final double speed = 1 + world.random().nextDouble(-1e-4, 1e-4);
    private final RandomGenerator random;
    private final List<Simulation.Actor> actors = new ArrayList<>();
    private final Map<Integer, Set<String>> granted = new HashMap<>();
    private final long[] newest = new long[UserIdLayout.GENES];
    private final Minter minter;
    private boolean quiet;
    private boolean closing;
    private boolean over;
    private boolean keeperIdle;
    private long stoppedUntil;
    private long lastSuccess;
    private long pauses;
    private @Nullable Code lastRefusal;

    Life(Machine machine, long seed) {
      this.machine = machine;
      this.random = plant == Plant.COUNTER_TOKEN ? new Counting(seed) : new SplittableRandom(seed);
      this.minter = plant == Plant.HEARTBEAT ? new HeartbeatIds(this) : new Production(this);
    }

    void begin(String name) {
      actors.add(world.spawn(name + " renewal", this::keep));
      for (int i = 0; i < 2; i++) {
        actors.add(world.spawn(name + " minting", this::mint));
      }
    }

    boolean ended() {
      return over;
    }

    void kill() {
      over = true;
      actors.forEach(Simulation.Actor::kill);
    }

    /** As the application closes: it waits for a renewal under way, but not for ever. */
    void close(Runnable then) {
      if (closing || over) {
        return;
      }
      closing = true;
      actors.add(
          world.spawn(
              machine.name() + " closing",
              () -> {
                for (int i = 0; i < 10 && !keeperIdle; i++) {
                  pause(Duration.ofSeconds(1));
                }
                minter.close();
                kill();
                then.run();
              }));
    }

    private void keep() {
      while (true) {
        keeperIdle = false;
        long wait = minter.keep();
        keeperIdle = true;
        pause(Duration.ofNanos(wait));
        if (closing) {
          return;
        }
      }
    }

    private void mint() {
      while (true) {
        pause(world.delay(gap, gap.multipliedBy(4)));
        int gene = world.chance(0.5) ? 7 : world.random().nextInt(UserIdLayout.GENES);
        int burst = world.chance(0.01) ? 400 : world.random().nextInt(1, 8);
        for (int i = 0; i < burst; i++) {
          mintOne(gene);
        }
      }
    }

    private void mintOne(int gene) {
      asked++;
      long before = newest[gene];
      Object lease = minter.lease();
      long clockBefore = quietly();
      long pausesBefore = pauses;
      try {
        long id = minter.mint(gene);
        newest[gene] = Math.max(newest[gene], id);
        if ((id & 255) != gene) {
          throw new AssertionError("the gene is in the id: " + id + " for " + gene);
        }
        record(this, id, token(UserIdLayout.machine(id), lease), before);
        long lead = UserIdLayout.timestamp(id) - Math.max(clockBefore, quietly());
        if (plant == Plant.NONE && pauses == pausesBefore && lead > SETTINGS.maxLead().toMillis()) {
          throw new AssertionError("the lead is bounded: " + lead + " ms");
        }
      } catch (UserIdUnavailableException e) {
        refused++;
        lastRefusal = e.code();
      }
    }

    /** The token an id was minted under, if that is certain. */
    private @Nullable String token(int number, Object leaseBefore) {
      Set<String> tokens = granted.getOrDefault(number, Set.of());
      if (tokens.size() == 1) {
        return machine.name() + tokens.iterator().next();
      }
      return leaseBefore.equals(minter.lease()) ? machine.name() + minter.token() : null;
    }

    private long quietly() {
      quiet = true;
      try {
        return minter.now();
      } finally {
        quiet = false;
      }
    }

    long wallMillis() {
      return millis(machine.wallOffset);
    }

    long nanoTime() {
      long value = readNanos();
      if (!quiet && !calm && weather == Weather.HOSTILE && world.chance(0.0015)) {
        world.fault("pause inside a clock read");
        pauses++;
        pause(pauseLength());
        return world.chance(0.8) ? value : readNanos();
      }
      return value;
    }

    private long readNanos() {
      return bootNanos + (long) (world.now() * speed);
    }

    void pause(Duration length) {
      world.pause(length);
      while (stoppedUntil > world.now() && !calm) {
        world.pause(Duration.ofNanos(stoppedUntil - world.now()));
      }
    }

    void granted(int number, String token) {
      leases++;
      machine.lastNumber = number;
      granted.computeIfAbsent(number, _ -> new HashSet<>()).add(token);
    }
  }

  /** What a process does for ids. */
  private interface Minter {
    long mint(int gene);

    long keep();

    void close();

    Object lease();

    String token();

    long now();
  }

  private final class Production implements Minter {
    private final AnchoredClock clock;
    private final UserIdGenerator generator;
    private final LeaseKeeper keeper;

    Production(Life life) {
      clock =
          new AnchoredClock(
              life::nanoTime,
              () -> UserIdLayout.EPOCH.plusMillis(life.wallMillis()),
              SETTINGS.clockTolerance());
      generator =
          new UserIdGenerator(
              clock, life::nanoTime, nanos -> life.pause(Duration.ofNanos(nanos)), SETTINGS);
      MachineNumbers numbers =
          new MachineNumbers(new Network(life), clock, life.random, life.machine.name(), SETTINGS);
      keeper = new LeaseKeeper(numbers, generator, life.random, SETTINGS);
    }

    @Override
    public long mint(int gene) {
      return generator.nextValue(gene);
    }

    @Override
    public long keep() {
      long before = keeper.lost();
      long wait = keeper.step();
      lost += keeper.lost() - before;
      return wait;
    }

    @Override
    public void close() {
      keeper.release();
    }

    @Override
    public Object lease() {
      return generator.lease();
    }

    @Override
    public String token() {
      return generator.lease().token();
    }

    @Override
    public long now() {
      return clock.now();
    }
  }

  /** The popular way: a lease with a time to live, renewed by a heartbeat, judged by the clock. */
  private final class HeartbeatIds implements Minter {
    private static final long TIME_TO_LIVE = 60_000;

    private final Life life;
    private final Network store;
    private final long[] last = new long[UserIdLayout.GENES];
    private int number = -1;
    private String token = "";
    private long validUntil;

    HeartbeatIds(Life life) {
      this.life = life;
      this.store = new Network(life);
    }

    private long wall() {
      long value = life.wallMillis();
      life.nanoTime(); // where it may be paused
      return value;
    }

    @Override
    public long mint(int gene) {
      long now = wall();
      if (number < 0 || now >= validUntil) {
        throw new UserIdUnavailableException(Code.ID_LEASE_EXPIRED, "no heartbeat");
      }
      last[gene] = Lanes.successor(last[gene], now);
      return UserIdLayout.id(last[gene], number, gene);
    }

    @Override
    public long keep() {
      try {
        if (number >= 0) {
          long until = wall() + TIME_TO_LIVE;
          if (store.extend(number, token, until).held()) {
            validUntil = until;
            return 20_000_000_000L;
          }
          number = -1;
        }
        MachineStore.View view = store.read();
        for (MachineStore.Row row : view.rows()) {
          long until = view.now() + TIME_TO_LIVE;
          String mine = "t" + life.random.nextLong();
          if (row.reservedUntil() < view.now() && store.claim(row, mine, "heart", until)) {
            number = row.machine();
            token = mine;
            validUntil = wall() + TIME_TO_LIVE;
            return 20_000_000_000L;
          }
        }
      } catch (StoreUnavailableException e) {
        return 1_000_000_000L;
      }
      return 1_000_000_000L;
    }

    @Override
    public void close() {
      validUntil = 0;
    }

    @Override
    public Object lease() {
      return token;
    }

    @Override
    public String token() {
      return token;
    }

    @Override
    public long now() {
      return life.wallMillis();
    }
  }

  /** The way to the store and back. */
  private final class Network implements MachineStore {
    private final Life life;

    Network(Life life) {
      this.life = life;
    }

    @Override
    public View read() throws StoreUnavailableException {
      View view = travel(rows::read);
      int old = life.machine.lastNumber;
      if (plant != Plant.RESTART_FROM_NOW || old < 0) {
        return view;
      }
      return new View(
          view.now(),
          view.rows().stream()
              .map(
                  row ->
                      new Row(
                          row.machine(),
                          row.token(),
                          row.process(),
                          row.machine() == old ? 0 : UserIdLayout.MAX_TIMESTAMP))
              .toList());
    }

    @Override
    public boolean claim(Row asRead, String token, String process, long until)
        throws StoreUnavailableException {
      boolean granted =
          travel(
              () -> {
                Row compared = asRead;
                Row current = rows.read().rows().get(asRead.machine());
                boolean blind =
                    plant == Plant.BLIND_CLAIM
                        || (plant == Plant.RESTART_FROM_NOW
                            && asRead.machine() == life.machine.lastNumber);
                if (blind) {
                  compared = current;
                }
                return rows.claim(compared, token, process, until);
              });
      if (granted) {
        life.granted(asRead.machine(), token);
      }
      return granted;
    }

    @Override
    public Extension extend(int machine, String token, long until)
        throws StoreUnavailableException {
      Extension answer;
      try {
        answer = travel(() -> rows.extend(machine, token, until));
      } catch (StoreUnavailableException e) {
        if (plant == Plant.UNCONFIRMED_LIMIT) {
          return new Extension(life.wallMillis(), true, until);
        }
        throw e;
      }
      return plant == Plant.NO_WINDOW
          ? new Extension(answer.now(), answer.held(), UserIdLayout.MAX_TIMESTAMP)
          : answer;
    }

    @Override
    public void release(int machine, String token, long unused) throws StoreUnavailableException {
      travel(
          () -> {
            rows.release(machine, token, unused);
            return true;
          });
    }

    private <T> T travel(Step<T> step) throws StoreUnavailableException {
      life.pause(world.delay(Duration.ofMillis(1), TIMEOUT.dividedBy(2)));
      if (outageUntil > world.now()) {
        throw unanswered("store is away");
      }
      if (!calm && world.chance(0.02)) {
        world.fault("lost request");
        throw unanswered("lost request");
      }
      if (!calm && weather == Weather.HOSTILE && world.chance(0.02)) {
        world.fault("late request");
        world.after(pauseLength(), step::take);
        throw unanswered("late request");
      }
      T answer = step.take();
      if (!calm && weather == Weather.HOSTILE && world.chance(0.03)) {
        world.fault("doubled request");
        world.after(pauseLength(), step::take);
      }
      if (!calm && world.chance(0.02)) {
        world.fault("lost answer");
        throw unanswered("lost answer");
      }
      if (!calm && weather == Weather.HOSTILE && world.chance(0.02)) {
        world.fault("pause between commit and answer");
        life.pause(pauseLength());
      }
      life.pause(world.delay(Duration.ofMillis(1), TIMEOUT.dividedBy(2)));
      return answer;
    }

    private StoreUnavailableException unanswered(String why) {
      life.pause(TIMEOUT);
      return new StoreUnavailableException(why);
    }
  }

  @FunctionalInterface
  private interface Step<T> {
    T take();
  }

  /** Random where rows are picked, but its longs, of which tokens are made, count. */
  private static final class Counting implements RandomGenerator {
    private final SplittableRandom random;
    private long count;

    Counting(long seed) {
      this.random = new SplittableRandom(seed);
    }

    @Override
    public long nextLong() {
      return count++;
    }

    @Override
    public int nextInt(int bound) {
      return random.nextInt(bound);
    }

    @Override
    public long nextLong(long origin, long bound) {
      return random.nextLong(origin, bound);
    }
  }
}
