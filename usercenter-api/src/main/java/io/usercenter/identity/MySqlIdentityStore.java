package io.usercenter.identity;

import io.usercenter.id.UserId;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.shard.Shards;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;

/** {@link IdentityStore} in the shards. */
final class MySqlIdentityStore implements IdentityStore {
  private final ClaimMapper claims;
  private final HolderMapper holders;
  private final ShardTransactions transactions;
  private final Shards shards;
  private final MadeUpNames names;
  private final Withheld withheld;

  MySqlIdentityStore(
      ClaimMapper claims,
      HolderMapper holders,
      ShardTransactions transactions,
      Shards shards,
      MadeUpNames names,
      Withheld withheld) {
    this.claims = claims;
    this.holders = holders;
    this.transactions = transactions;
    this.shards = shards;
    this.names = names;
    this.withheld = withheld;
  }

  @Override
  public Optional<Claim> find(Identity identity) {
    return claims.find(identity).map(ClaimMapper.Row::toClaim);
  }

  @Override
  public boolean reserve(Claim claim, Instant now, Instant givenUpBefore) {
    return transactions.in(
        shards.ofIdentity(claim.identity().key()),
        () ->
            // The own row first, then a look at the other table: a registration does the same from
            // the other side, so one of the two sees the other or waits for it.
            rowIsMine(claim, now)
                && !isWithheld(claim.identity(), now)
                && (!claim.identity().isName() || firstNameIsFree(claim, givenUpBefore)),
        reserved -> reserved);
  }

  private boolean isWithheld(Identity identity, Instant now) {
    // Whoever withholds it did so before he deleted the row that is ours now: what is committed is
    // enough, and a lock would be one more to deadlock over.
    return claims.find(withheld.of(identity)).filter(row -> !row.toClaim().over(now)).isPresent();
  }

  private boolean firstNameIsFree(Claim claim, Instant givenUpBefore) {
    Optional<ClaimMapper.FirstName> first = claims.firstName(claim.identity().subject());
    if (first.isEmpty()) {
      return true;
    }
    Instant renamed = first.get().renamedAt();
    return first.get().loginName() != null
        && renamed != null
        && !renamed.isAfter(givenUpBefore)
        && claims.giveBack(first.get().userId(), names.formerOf(first.get().userId()).canonical())
            == 1;
  }

  private boolean rowIsMine(Claim claim, Instant now) {
    if (insert(claim)) {
      return true;
    }
    return find(claim.identity())
        .filter(old -> old.state() == Claim.State.RELEASED)
        .filter(old -> old.over(now) || old.owner().equals(claim.owner()))
        .filter(old -> change(old, claim))
        .isPresent();
  }

  /** Writes a row, in the transaction of the caller; false when there is one already. */
  boolean insert(Claim claim) {
    try {
      claims.insert(claim.identity(), claim);
      return true;
    } catch (DuplicateKeyException e) {
      return false;
    }
  }

  /** As {@link #insert}, in a transaction of its own. */
  boolean insertAlone(Claim claim) {
    return inItsShard(claim, () -> insert(claim));
  }

  @Override
  public boolean change(Claim asRead, Claim next) {
    return inItsShard(asRead, () -> claims.change(asRead.identity(), asRead, next) == 1);
  }

  @Override
  public boolean remove(Claim asRead) {
    return inItsShard(asRead, () -> claims.remove(asRead.identity(), asRead) == 1);
  }

  /** One statement needs no transaction; what it gets from it is another try after a deadlock. */
  private boolean inItsShard(Claim claim, Supplier<Boolean> statement) {
    return transactions.in(shards.ofIdentity(claim.identity().key()), statement, changed -> true);
  }

  /**
   * The epoch first: identities that are newer than it only make a write fail that relies on it.
   */
  @Override
  public Optional<Holder> holder(UserId owner) {
    return holders.find(owner).map(row -> row.toHolder(holders.identities(owner)));
  }

  @Override
  public boolean add(UserId owner, int epoch, Identity identity, Instant at) {
    return at(
        owner,
        epoch,
        () -> {
          holders.add(owner, identity, at);
        });
  }

  @Override
  public boolean drop(UserId owner, int epoch, Identity identity) {
    return at(
        owner,
        epoch,
        () -> {
          holders.drop(owner, identity);
        });
  }

  @Override
  public boolean rename(
      UserId owner,
      int epoch,
      @Nullable Identity loginName,
      @Nullable String passwordHash,
      Instant at) {
    return at(
        owner,
        epoch,
        () -> {
          holders.dropName(owner);
          if (loginName != null) {
            holders.add(owner, loginName, at);
          }
          holders.rename(owner, loginName == null ? null : loginName.subject(), passwordHash, at);
        });
  }

  private boolean at(UserId owner, int epoch, Runnable change) {
    return transactions.in(
        owner,
        () -> {
          if (holders.raise(owner, epoch) == 0) {
            return false;
          }
          change.run();
          return true;
        });
  }

  @Override
  public boolean fenceOff(UserId owner, int fence, Identity identity) {
    return transactions.in(
        owner,
        () -> {
          holders.raiseAbove(owner, fence); // locks the row even when nothing changes
          return holders.has(owner, identity) == 1;
        });
  }
}
