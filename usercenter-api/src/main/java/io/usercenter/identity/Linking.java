package io.usercenter.identity;

import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.identity.Claim.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Changes that touch two shards: the identity's row and the account. Every change goes
 *
 * <pre>
 *   identity's shard          account's shard
 *   RESERVED or LEAVING  -->  written, if the epoch is the fence  -->  CONFIRMED, RELEASED or gone
 * </pre>
 *
 * so whoever dies between two steps leaves a row that is in question, never one that lies. Anybody
 * settles it later: he raises the account's epoch above the fence, after which the change can
 * neither happen nor be undone unseen, looks whether the account has the identity, and makes the
 * row agree. A row is changed only while it is the very one that was read, and its token tells it
 * from one that looks the same but was written since. Times only decide when that may be tried. No
 * step waits for another shard inside a transaction.
 */
final class Linking {
  private static final int ATTEMPTS = 5;

  private final IdentityStore store;
  private final InstantSource clock;
  private final RandomGenerator tokens;
  private final Duration patience;
  private final Duration nameGrace;

  /**
   * @param tokens tell a row from one that looks like it
   * @param patience how long a change may take before others settle it
   * @param nameGrace how long a name that was given up stays out of reach of others
   */
  Linking(
      IdentityStore store,
      InstantSource clock,
      RandomGenerator tokens,
      Duration patience,
      Duration nameGrace) {
    this.store = store;
    this.clock = clock;
    this.tokens = tokens;
    this.patience = patience;
    this.nameGrace = nameGrace;
  }

  /** Adds a way into an account. */
  LinkResult link(UserId owner, Identity identity) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Holder> holder = store.holder(owner);
      if (holder.isEmpty() || holder.get().gone()) {
        return new LinkResult.NoAccount();
      }
      int epoch = holder.get().epoch();
      Hold hold = hold(owner, identity, epoch);
      switch (hold) {
        case Hold.Refused(LinkResult why) -> {
          return why;
        }
        case Hold.Again() -> {}
        case Hold.Held(Claim claim) when holder.get().has(identity) -> {
          if (claim.state() == State.CONFIRMED) {
            return new LinkResult.Done();
          }
          settle(claim); // written before, by somebody who did not live to confirm it
        }
        case Hold.Held(Claim claim) -> {
          // Confirmed, and the account does not have it: its shard was set back in time.
          boolean announced = claim.state() == State.RESERVED;
          Claim reserved =
              announced ? claim : claim.reserved(epoch, tokens.nextLong(), now().plus(patience));
          boolean mine = announced || store.change(claim, reserved);
          if (mine && store.add(owner, epoch, identity, now())) {
            store.change(reserved, reserved.confirmed());
            return new LinkResult.Done();
          }
        }
      }
    }
    return new LinkResult.Busy();
  }

  /** Takes a way in away, but never the last one. */
  LinkResult unlink(UserId owner, Identity identity) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Holder> holder = store.holder(owner);
      if (holder.isEmpty() || holder.get().gone() || !holder.get().has(identity)) {
        return new LinkResult.NoAccount();
      }
      if (!holder.get().reachableWithout(identity)) {
        return new LinkResult.LastWayIn();
      }
      int epoch = holder.get().epoch();
      Optional<Claim> leaving = leave(owner, identity, epoch);
      if (leaving.isPresent() && store.drop(owner, epoch, identity)) {
        store.remove(leaving.get());
        return new LinkResult.Done();
      }
    }
    return new LinkResult.Busy();
  }

  /**
   * Gives an account another username. The account stays where it is; the name becomes an identity
   * that leads to it, and the old one stays out of reach of others for a while.
   *
   * @param passwordHash a password that comes with the name; null leaves it as it is
   */
  LinkResult rename(UserId owner, Username name, @Nullable String passwordHash) {
    Identity wanted = Identity.ofName(name);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Holder> found = store.holder(owner);
      if (found.isEmpty() || found.get().gone()) {
        return new LinkResult.NoAccount();
      }
      Holder holder = found.get();
      int epoch = holder.epoch();
      boolean home = name.canonical().equals(holder.homeName());
      Optional<Identity> before = holder.nameIdentity();
      if (passwordHash == null
          && (home ? holder.loginName() == null : before.equals(Optional.of(wanted)))) {
        return new LinkResult.Done();
      }
      @Nullable Claim coming = null;
      if (!home && !before.equals(Optional.of(wanted))) {
        switch (hold(owner, wanted, epoch)) {
          case Hold.Refused(LinkResult why) -> {
            return why;
          }
          case Hold.Again() -> {
            continue;
          }
          case Hold.Held(Claim claim) -> coming = claim;
        }
      }
      @Nullable Claim leaving = null;
      if (before.isPresent() && !before.get().equals(wanted)) {
        Optional<Claim> left = leave(owner, before.get(), epoch);
        if (left.isEmpty()) {
          continue;
        }
        leaving = left.get();
      }
      Instant now = now();
      if (store.rename(owner, epoch, home ? null : wanted, passwordHash, now)) {
        if (coming != null) {
          store.change(coming, coming.confirmed());
        }
        if (leaving != null) {
          store.change(leaving, leaving.released(now.plus(nameGrace)));
        }
        return new LinkResult.Done();
      }
    }
    return new LinkResult.Busy();
  }

  /**
   * Takes every way in from an account that is gone. Whoever goes on after a crash does the same
   * once more; the rows that the dead one left in question are settled as any others.
   *
   * @return false when others were faster too often; to be tried again
   */
  boolean strip(UserId gone) {
    int failures = 0;
    while (failures < ATTEMPTS) {
      Optional<Holder> holder = store.holder(gone);
      if (holder.isEmpty() || holder.get().identities().isEmpty()) {
        return true;
      }
      int epoch = holder.get().epoch();
      Identity identity = holder.get().identities().getFirst().identity();
      Optional<Claim> leaving = leave(gone, identity, epoch);
      if (leaving.isPresent() && store.drop(gone, epoch, identity)) {
        store.remove(leaving.get());
      } else {
        failures++;
      }
    }
    return false;
  }

  /** Makes a row that is in question agree with the account. */
  void settle(Claim claim) {
    if (store.fenceOff(claim.owner(), claim.fence(), claim.identity())) {
      store.change(claim, claim.confirmed());
    } else if (claim.state() == State.LEAVING
        && claim.identity().isName()
        && !isGone(claim.owner())) {
      store.change(claim, claim.released(now().plus(nameGrace)));
    } else {
      store.remove(claim);
    }
  }

  private boolean isGone(UserId owner) {
    return store.holder(owner).filter(Holder::gone).isPresent();
  }

  /** The account that an identity leads to now, whatever its row says. */
  Optional<UserId> ownerOf(Identity identity) {
    return store
        .find(identity)
        .filter(claim -> claim.state() != State.RELEASED)
        .map(Claim::owner)
        .filter(owner -> store.holder(owner).filter(h -> !h.gone() && h.has(identity)).isPresent());
  }

  /** The row of an identity that is to be written at the account, in the name of the owner. */
  private Hold hold(UserId owner, Identity identity, int epoch) {
    Instant now = now();
    Claim wanted = reservation(identity, owner, epoch, now);
    Optional<Claim> found = store.find(identity);
    if (found.isEmpty() || found.get().state() == State.RELEASED) {
      if (store.reserve(wanted, now, now.minus(nameGrace))) {
        return new Hold.Held(wanted);
      }
      boolean faster = store.find(identity).filter(c -> c.state() != State.RELEASED).isPresent();
      return faster ? new Hold.Again() : new Hold.Refused(new LinkResult.Taken(null));
    }
    Claim claim = found.get();
    if (claim.inQuestion() && claim.over(now)) {
      settle(claim);
      return new Hold.Again();
    }
    if (!claim.owner().equals(owner)) {
      return new Hold.Refused(
          claim.inQuestion() ? new LinkResult.Busy() : new LinkResult.Taken(claim.owner()));
    }
    if (claim.state() == State.CONFIRMED) {
      return new Hold.Held(claim);
    }
    if (claim.state() == State.LEAVING) {
      return new Hold.Refused(new LinkResult.Busy());
    }
    Claim adopted = claim.reserved(epoch, tokens.nextLong(), now.plus(patience));
    return store.change(claim, adopted) ? new Hold.Held(adopted) : new Hold.Again();
  }

  /** Puts the row of an identity of the account in question. */
  private Optional<Claim> leave(UserId owner, Identity identity, int epoch) {
    Instant now = now();
    Optional<Claim> found = store.find(identity).filter(claim -> claim.owner().equals(owner));
    if (found.isEmpty()) {
      // The account has it and no row says so: the identity's shard was set back in time.
      Claim missing = reservation(identity, owner, epoch, now);
      return store.reserve(missing, now, now.minus(nameGrace))
          ? Optional.of(missing)
          : Optional.empty();
    }
    Claim leaving = found.get().leaving(epoch, tokens.nextLong(), now.plus(patience));
    return store.change(found.get(), leaving) ? Optional.of(leaving) : Optional.empty();
  }

  private Claim reservation(Identity identity, UserId owner, int epoch, Instant now) {
    Instant until = now.plus(patience);
    return new Claim(identity, owner, State.RESERVED, epoch, tokens.nextLong(), until);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS); // what DATETIME(3) keeps
  }

  private sealed interface Hold {
    record Held(Claim claim) implements Hold {}

    record Refused(LinkResult why) implements Hold {}

    /** Something changed meanwhile; look again. */
    record Again() implements Hold {}
  }
}
