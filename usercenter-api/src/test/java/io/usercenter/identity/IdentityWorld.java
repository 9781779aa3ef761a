package io.usercenter.identity;

import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.testkit.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Instances that link, unlink and rename at once, over few accounts and few identities, while they
 * die between any two steps, answers get lost, and requests arrive long after who sent them was
 * given up. The class under test is the one that ships; each step of the store is one transaction.
 */
final class IdentityWorld {
  /** Mistakes that the invariants must find. */
  enum Plant {
    NONE,
    /** A change is settled by a look at the account, without ending what may still be written. */
    SETTLE_WITHOUT_FENCE,
    /** The account's epoch is not compared. */
    WRITE_AT_ANY_EPOCH,
    /** A row is changed without comparing it with what was read. */
    BLIND_CHANGE,
    /** A row is deleted without comparing it with what was read. */
    BLIND_REMOVE,
    /** Whoever comes last gets the identity. */
    OVERWRITE,
    /** An identity leaves the account without being put in question first. */
    LEAVE_UNANNOUNCED
  }

  private static final Duration CHAOS = Duration.ofMinutes(6);

  /** Also that of the sweeper, so what stops last may be settled that much later. */
  private static final Duration LONGEST_STOP = Duration.ofMinutes(2);

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration NAME_GRACE = Duration.ofSeconds(40);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int ACCOUNTS = 3;
  private static final List<Identity> CHANNELS =
      List.of(Identity.of("channel", "a"), Identity.of("channel", "b"));
  private static final List<String> NAMES = List.of("nova", "orion");

  final Simulation world;
  private final Plant plant;
  private final InMemoryIdentityStore rows = new InMemoryIdentityStore();
  private final List<UserId> accounts = new ArrayList<>();
  private final Random tokens;
  private boolean calm;
  long done;

  IdentityWorld(long seed, Plant plant) {
    this.world = new Simulation(seed);
    this.plant = plant;
    this.tokens = new Random(seed);
    for (int i = 0; i < ACCOUNTS; i++) {
      UserId user = new UserId(4096 + i);
      if (!rows.create(user, "home" + i)) {
        throw new IllegalStateException("names are free at first");
      }
      accounts.add(user);
    }
    world.invariant("an identity is of one account", this::checkOneOwner);
    world.invariant("a row that is confirmed tells the truth", this::checkConfirmed);
    world.invariant("what an account has, a row leads to", this::checkLed);
    world.invariant("nobody is locked out", this::checkReachable);
    for (int i = 0; i < 3; i++) {
      instance(i);
    }
    world.spawn("sweeper", this::sweep);
    world.after(CHAOS, () -> calm = true);
  }

  void run() {
    world.run(CHAOS.plus(LONGEST_STOP).plus(PATIENCE.multipliedBy(6)));
    checkSettled();
    checkGone();
  }

  private Instant now() {
    return START.plusNanos(world.now());
  }

  private Linking linking() {
    return new Linking(new Shaky(), this::now, tokens, PATIENCE, NAME_GRACE);
  }

  /** An instance of the service, and the next one when it dies. */
  private void instance(int number) {
    Simulation.Actor actor = world.spawn("instance " + number, () -> serve(linking()));
    if (!calm) {
      world.after(
          world.delay(Duration.ofSeconds(30), Duration.ofMinutes(2)),
          () -> {
            if (!actor.ended()) {
              world.fault("killed");
              actor.kill();
            }
            if (!calm) {
              instance(number);
            }
          });
    }
  }

  private void serve(Linking linking) {
    while (!calm) {
      world.pause(world.delay(Duration.ofSeconds(1), Duration.ofSeconds(20)));
      UserId user = accounts.get(world.random().nextInt(accounts.size()));
      Identity channel = CHANNELS.get(world.random().nextInt(CHANNELS.size()));
      try {
        act(linking, user, channel);
      } catch (LostAnswer e) {
        world.trace("gave up");
      }
    }
  }

  private void act(Linking linking, UserId user, Identity channel) {
    LinkResult result =
        switch (world.random().nextInt(7)) {
          case 0, 1 -> linking.link(user, channel);
          case 2, 3 -> linking.unlink(user, channel);
          case 4 -> linking.rename(user, name(), null);
          case 5 -> {
            if (accounts.size() > ACCOUNTS + 1 && !gone(user)) {
              rows.goes(user);
              linking.strip(user);
            }
            yield new LinkResult.Busy();
          }
          default -> {
            UserId guest = new UserId(8192 + accounts.size());
            if (rows.createWith(guest, channel, now())) {
              accounts.add(guest);
            }
            yield new LinkResult.Busy();
          }
        };
    world.trace(user + " " + channel.key() + ": " + result);
    if (result instanceof LinkResult.Done) {
      done++;
    }
  }

  private boolean gone(UserId user) {
    return rows.holder(user).filter(Holder::gone).isPresent();
  }

  private Username name() {
    int pick = world.random().nextInt(NAMES.size() + ACCOUNTS);
    return Username.ofCanonical(
        pick < NAMES.size() ? NAMES.get(pick) : "home" + (pick - NAMES.size()));
  }

  private void sweep() {
    Linking linking = linking();
    while (true) {
      world.pause(Duration.ofSeconds(5));
      for (UserId user : List.copyOf(accounts)) {
        if (gone(user)) {
          try {
            linking.strip(user);
          } catch (LostAnswer e) {
            world.trace("the sweeper gave up");
          }
        }
      }
      for (Claim claim : List.copyOf(rows.claims.values())) {
        if (claim.inQuestion() && claim.over(now())) {
          try {
            linking.settle(claim);
          } catch (LostAnswer e) {
            world.trace("the sweeper gave up");
          }
        }
      }
    }
  }

  private void checkOneOwner() {
    for (Identity identity : all()) {
      long owners = rows.holders.values().stream().filter(h -> h.has(identity)).count();
      if (owners > 1) {
        throw new AssertionError(identity.key() + " is of " + owners + " accounts");
      }
    }
    for (String name : NAMES) {
      checkNameOfOne(name);
    }
    for (int i = 0; i < ACCOUNTS; i++) {
      checkNameOfOne("home" + i);
    }
  }

  /** By its account's first name or by a row, never by both. */
  private void checkNameOfOne(String name) {
    long led =
        rows.holders.values().stream()
            .filter(h -> !h.gone())
            .filter(
                h -> h.loginName() == null ? name.equals(h.homeName()) : name.equals(h.loginName()))
            .count();
    if (led > 1) {
      throw new AssertionError(name + " leads to " + led + " accounts");
    }
  }

  private List<Identity> all() {
    return rows.holders.values().stream()
        .flatMap(h -> h.identities().stream())
        .map(LinkedIdentity::identity)
        .toList();
  }

  private void checkConfirmed() {
    for (Claim claim : rows.claims.values()) {
      Holder holder = rows.holders.get(claim.owner());
      if (claim.state() == Claim.State.CONFIRMED
          && (holder == null || !holder.has(claim.identity()))) {
        throw new AssertionError(claim + " is confirmed, and the account does not have it");
      }
    }
  }

  private void checkLed() {
    for (Holder holder : rows.holders.values()) {
      for (LinkedIdentity linked : holder.identities()) {
        Claim claim = rows.claims.get(linked.identity().key());
        if (claim == null || !claim.owner().equals(holder.userId())) {
          throw new AssertionError(holder + " has what leads to " + claim);
        }
      }
    }
  }

  private void checkReachable() {
    for (Holder holder : rows.holders.values()) {
      if (holder.gone()) {
        continue;
      }
      boolean channel = holder.identities().stream().anyMatch(l -> !l.identity().isName());
      if (holder.loginName() == null && holder.homeName().startsWith("former-")) {
        throw new AssertionError(holder + " has no name");
      }
      if (!holder.hasPassword() && !channel) {
        throw new AssertionError(holder + " has no way in");
      }
    }
  }

  /** When all is quiet both directions agree. */
  private void checkSettled() {
    for (Claim claim : rows.claims.values()) {
      if (claim.inQuestion()) {
        throw new AssertionError(
            "everything settles: " + claim + " faults " + world.faults() + " at " + now());
      }
    }
  }

  /** Of an account that is gone nothing is left but names that were given up. */
  private void checkGone() {
    for (Holder holder : rows.holders.values()) {
      if (holder.gone() && !holder.identities().isEmpty()) {
        throw new AssertionError(holder + " is gone and has identities");
      }
    }
    for (Claim claim : rows.claims.values()) {
      if (claim.state() != Claim.State.RELEASED && gone(claim.owner())) {
        throw new AssertionError(claim + " leads to an account that is gone");
      }
    }
  }

  private static final class LostAnswer extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LostAnswer() {
      super("no answer", null, false, false);
    }
  }

  /** The store over a network that loses and delays, and databases that go on regardless. */
  private final class Shaky implements IdentityStore {
    private <T> T travel(Supplier<T> step) {
      world.pause(world.delay(Duration.ofMillis(5), Duration.ofSeconds(2)));
      if (!calm && world.chance(0.03)) {
        world.fault("late request");
        world.after(
            world.delay(Duration.ofSeconds(20), LONGEST_STOP),
            () -> world.trace("done late: " + step.get()));
        throw new LostAnswer();
      }
      if (!calm && world.chance(0.02)) {
        world.fault("lost request");
        throw new LostAnswer();
      }
      T answer = step.get();
      if (!calm && world.chance(0.03)) {
        world.fault("lost answer");
        throw new LostAnswer();
      }
      if (!calm && world.chance(0.03)) {
        world.fault("stopped between two steps");
        world.pause(world.delay(Duration.ofSeconds(25), LONGEST_STOP));
      }
      world.pause(world.delay(Duration.ofMillis(5), Duration.ofSeconds(2)));
      return answer;
    }

    private int epochOf(UserId owner, int epoch) {
      Holder holder = rows.holders.get(owner);
      return plant == Plant.WRITE_AT_ANY_EPOCH && holder != null ? holder.epoch() : epoch;
    }

    @Override
    public Optional<Claim> find(Identity identity) {
      return travel(() -> rows.find(identity));
    }

    @Override
    public boolean reserve(Claim claim, Instant now, Instant givenUpBefore) {
      return travel(
          () -> {
            if (plant == Plant.OVERWRITE) {
              rows.claims.put(claim.identity().key(), claim);
              return true;
            }
            return rows.reserve(claim, now, givenUpBefore);
          });
    }

    @Override
    public boolean change(Claim asRead, Claim next) {
      if (plant == Plant.LEAVE_UNANNOUNCED && next.state() == Claim.State.LEAVING) {
        return true;
      }
      return travel(() -> rows.change(compared(asRead, Plant.BLIND_CHANGE), next));
    }

    @Override
    public boolean remove(Claim asRead) {
      return travel(() -> rows.remove(compared(asRead, Plant.BLIND_REMOVE)));
    }

    private Claim compared(Claim asRead, Plant blind) {
      @Nullable Claim there = rows.claims.get(asRead.identity().key());
      return plant == blind && there != null ? there : asRead;
    }

    @Override
    public Optional<Holder> holder(UserId owner) {
      return travel(() -> rows.holder(owner));
    }

    @Override
    public boolean add(UserId owner, int epoch, Identity identity, Instant at) {
      return travel(() -> rows.add(owner, epochOf(owner, epoch), identity, at));
    }

    @Override
    public boolean drop(UserId owner, int epoch, Identity identity) {
      return travel(() -> rows.drop(owner, epochOf(owner, epoch), identity));
    }

    @Override
    public boolean rename(
        UserId owner,
        int epoch,
        @Nullable Identity loginName,
        @Nullable String passwordHash,
        Instant at) {
      return travel(() -> rows.rename(owner, epochOf(owner, epoch), loginName, passwordHash, at));
    }

    @Override
    public boolean fenceOff(UserId owner, int fence, Identity identity) {
      return travel(
          () -> {
            if (plant == Plant.SETTLE_WITHOUT_FENCE) {
              return rows.holder(owner).filter(h -> h.has(identity)).isPresent();
            }
            return rows.fenceOff(owner, fence, identity);
          });
    }
  }
}
