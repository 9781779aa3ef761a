package io.usercenter.identity;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.shard.Shards;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ways into accounts besides their first usernames. An identity leads to one account, whatever
 * was interrupted; it is asked for in the one shard its key leads to.
 */
public final class Identities {
  private final MySqlIdentityStore store;
  private final ClaimMapper claims;
  private final HolderMapper holders;
  private final Linking linking;
  private final ClaimsOfOwner ofOwner;
  private final Withheld withheld;
  private final Duration nameGrace;
  private final MadeUpNames names;
  private final Shards shards;
  private final InstantSource clock;

  Identities(
      MySqlIdentityStore store,
      ClaimMapper claims,
      HolderMapper holders,
      Linking linking,
      ClaimsOfOwner ofOwner,
      Withheld withheld,
      Duration nameGrace,
      MadeUpNames names,
      Shards shards,
      InstantSource clock) {
    this.store = store;
    this.claims = claims;
    this.holders = holders;
    this.linking = linking;
    this.ofOwner = ofOwner;
    this.withheld = withheld;
    this.nameGrace = nameGrace;
    this.names = names;
    this.shards = shards;
    this.clock = clock;
  }

  /** The account an identity leads to. Two shards, or one when nobody has it. */
  public Optional<UserId> ownerOf(Identity identity) {
    return linking.ownerOf(identity);
  }

  /**
   * Who is to be asked whether he has the identity. When nobody claims it, somebody who does not
   * exist, so that the question takes as long.
   */
  public UserId claimantOf(Identity identity) {
    return store.find(identity).map(Claim::owner).orElseGet(() -> nobody(identity));
  }

  /** In a shard that depends on the identity. Ids that were minted begin with their time. */
  private static UserId nobody(Identity identity) {
    return new UserId(Shard.COUNT + Math.floorMod(identity.key().hashCode(), Shard.COUNT));
  }

  /** Whether anybody has the identity or may be about to. */
  public boolean isClaimed(Identity identity) {
    return store.find(identity).filter(claim -> !free(claim)).isPresent();
  }

  /** A made-up username that leads to the shard of an identity. */
  public Username guestName(Identity identity) {
    return names.guestIn(shards.ofIdentity(identity.key()));
  }

  /** Whether an account has an identity now. */
  public boolean has(UserId user, Identity identity) {
    return holders.has(user, identity) == 1;
  }

  /** The ways into an account, oldest first. */
  public List<LinkedIdentity> of(UserId user) {
    return holders.identities(user).stream().map(HolderMapper.Linked::toIdentity).toList();
  }

  /**
   * Whether somebody else took this name, or keeps it for a while, so that no account of this first
   * name may be written. In the transaction that writes one, after it was written: whoever takes
   * the name at the same time looks for the account after writing his row, so one of the two sees
   * the other.
   */
  public boolean keeps(Username name) {
    Identity identity = Identity.ofName(name);
    return claims.bothForShare(identity, withheld.of(identity)).stream()
        .map(ClaimMapper.Row::toClaim)
        .anyMatch(claim -> !free(claim) || !store.remove(claim));
  }

  private boolean free(Claim claim) {
    return claim.state() == Claim.State.RELEASED && claim.over(clock.instant());
  }

  /**
   * Writes an identity together with its account, in the transaction that creates the account,
   * whose shard must be that of the identity.
   *
   * @return false when somebody has it; nothing was written then
   */
  public boolean attach(UserId created, Identity identity, Instant at) {
    if (!store.insert(new Claim(identity, created, Claim.State.CONFIRMED, 0, 0, null))) {
      return false;
    }
    holders.add(created, identity, at);
    return true;
  }

  /** Adds a way into an account. What somebody else has is never overwritten. */
  public LinkResult link(UserId owner, Identity identity) {
    return linking.link(owner, identity);
  }

  /** Takes a way into an account away, but never the last one. */
  public LinkResult unlink(UserId owner, Identity identity) {
    return linking.unlink(owner, identity);
  }

  /**
   * Gives an account another username. It stays in its shard, and its id stays.
   *
   * @param passwordHash of the password that comes with the name; null leaves it as it is
   */
  public LinkResult rename(UserId owner, Username name, @Nullable String passwordHash) {
    return linking.rename(owner, name, passwordHash);
  }

  /**
   * Has the identities of an account that is gone lead nobody else to an account for a while, by
   * what does not tell them. Names are not among them: {@link #erase} withholds those.
   *
   * @param until null: until {@link #release}
   */
  public void withhold(UserId gone, @Nullable Instant until) {
    for (LinkedIdentity linked : of(gone)) {
      if (!linked.identity().isName()) {
        withhold(linked.identity(), gone, until);
      }
    }
  }

  /** The account that is gone and that an identity is withheld for. */
  public Optional<UserId> withheldFor(Identity identity) {
    return store
        .find(withheld.of(identity))
        .filter(claim -> !claim.over(clock.instant()))
        .map(Claim::owner);
  }

  /** Withholds an identity no longer. */
  public void release(Identity identity) {
    store.find(withheld.of(identity)).ifPresent(store::remove);
  }

  /** A name that tells nothing, for an account that is gone. */
  public Username formerName(UserId gone) {
    return names.formerOf(gone);
  }

  /**
   * Takes every way in from an account that is gone, and forgets what they were. Its names stay out
   * of reach of others for as long as one that was given up, by what does not tell them. To be
   * called again when it failed or its process died.
   *
   * @return whether all is done
   */
  public boolean erase(UserId gone) {
    Optional<Holder> holder = store.holder(gone);
    if (holder.isEmpty()) {
      return true;
    }
    Instant free = clock.instant().truncatedTo(ChronoUnit.MILLIS).plus(nameGrace);
    String loginName = holder.get().loginName();
    Instant renamedAt = holder.get().renamedAt();
    if (loginName != null) {
      withhold(nameOf(loginName), gone, free);
    }
    withhold(
        nameOf(holder.get().homeName()),
        gone,
        loginName == null || renamedAt == null ? free : renamedAt.plus(nameGrace));
    if (!linking.strip(gone)) {
      return false;
    }
    ClaimsOfOwner.Found found = ofOwner.of(gone);
    for (Claim claim : found.claims()) {
      if (claim.state() == Claim.State.RELEASED) {
        if (!claim.identity().isWithheld()) {
          withhold(claim.identity(), gone, claim.until());
          store.remove(claim);
        }
      } else {
        linking.settle(claim);
      }
    }
    return found.everywhere();
  }

  private static Identity nameOf(String canonical) {
    return Identity.ofName(Username.ofCanonical(canonical));
  }

  private void withhold(Identity identity, UserId gone, @Nullable Instant until) {
    Claim claim =
        new Claim(withheld.of(identity), gone, Claim.State.RELEASED, 0, tokenOf(gone), until);
    if (claim.over(clock.instant())) {
      return;
    }
    store.find(claim.identity()).filter(this::free).ifPresent(store::remove);
    store.insertAlone(claim);
  }

  /** Rows of two accounts differ; the same account writes the same row again. */
  private static long tokenOf(UserId gone) {
    return gone.value();
  }
}
