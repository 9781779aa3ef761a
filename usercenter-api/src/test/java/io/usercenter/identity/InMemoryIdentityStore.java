package io.usercenter.identity;

import io.usercenter.id.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The steps without shards: each is done at once, as a transaction is. */
class InMemoryIdentityStore implements IdentityStore {
  final Map<String, Claim> claims = new TreeMap<>();
  final Map<UserId, Holder> holders = new HashMap<>();

  /** For a planted mistake: takes a row for another one that looks like it. */
  boolean forgetful;

  /** As an account is written when somebody registers by name. */
  boolean create(UserId user, String username) {
    Claim kept = claims.get("username:" + username);
    if (kept != null || holders.values().stream().anyMatch(h -> username.equals(h.homeName()))) {
      return false;
    }
    holders.put(user, new Holder(user, 0, username, null, true, null, false, List.of()));
    return true;
  }

  /** As an account is written when somebody comes with an identity. */
  boolean createWith(UserId user, Identity identity, Instant at) {
    Claim claim = new Claim(identity, user, Claim.State.CONFIRMED, 0, 0, null);
    if (claims.putIfAbsent(identity.key(), claim) != null) {
      return false;
    }
    List<LinkedIdentity> identities = List.of(new LinkedIdentity(identity, at));
    holders.put(user, new Holder(user, 0, "guest-" + user, null, false, null, false, identities));
    return true;
  }

  @Override
  public Optional<Claim> find(Identity identity) {
    return Optional.ofNullable(claims.get(identity.key()));
  }

  @Override
  public boolean reserve(Claim claim, Instant now, Instant givenUpBefore) {
    if (claim.identity().isName()) {
      String name = claim.identity().subject();
      for (Holder holder : List.copyOf(holders.values())) {
        if (name.equals(holder.homeName())) {
          Instant renamed = holder.renamedAt();
          if (holder.loginName() == null || renamed == null || renamed.isAfter(givenUpBefore)) {
            return false;
          }
          if (!takes(claim, now)) {
            return false;
          }
          put(
              holder,
              holder.epoch() + 1,
              "former-" + holder.userId(),
              holder.loginName(),
              holder.identities());
          return true;
        }
      }
    }
    return takes(claim, now);
  }

  /** As the account is written when it begins to be erased. */
  void goes(UserId user) {
    Holder old = Objects.requireNonNull(holders.get(user));
    holders.put(
        user,
        new Holder(
            user,
            old.epoch() + 1,
            old.homeName(),
            old.loginName(),
            old.hasPassword(),
            old.renamedAt(),
            true,
            old.identities()));
  }

  private boolean takes(Claim claim, Instant now) {
    Claim old = claims.get(claim.identity().key());
    boolean free =
        old == null
            || (old.state() == Claim.State.RELEASED
                && (old.over(now) || old.owner().equals(claim.owner())));
    if (free) {
      claims.put(claim.identity().key(), claim);
    }
    return free;
  }

  private boolean stillAs(Claim asRead) {
    Claim now = claims.get(asRead.identity().key());
    return now != null
        && now.owner().equals(asRead.owner())
        && now.state() == asRead.state()
        && now.fence() == asRead.fence()
        && (forgetful || now.token() == asRead.token());
  }

  @Override
  public boolean change(Claim asRead, Claim next) {
    if (!stillAs(asRead)) {
      return false;
    }
    claims.put(next.identity().key(), next);
    return true;
  }

  @Override
  public boolean remove(Claim asRead) {
    return stillAs(asRead) && claims.remove(asRead.identity().key()) != null;
  }

  @Override
  public Optional<Holder> holder(UserId owner) {
    return Optional.ofNullable(holders.get(owner));
  }

  @Override
  public boolean add(UserId owner, int epoch, Identity identity, Instant at) {
    Holder holder = holders.get(owner);
    if (holder == null || holder.epoch() != epoch) {
      return false;
    }
    List<LinkedIdentity> more = new ArrayList<>(holder.identities());
    more.add(new LinkedIdentity(identity, at));
    put(holder, epoch + 1, holder.homeName(), holder.loginName(), more);
    return true;
  }

  @Override
  public boolean drop(UserId owner, int epoch, Identity identity) {
    Holder holder = holders.get(owner);
    if (holder == null || holder.epoch() != epoch) {
      return false;
    }
    List<LinkedIdentity> fewer = new ArrayList<>(holder.identities());
    fewer.removeIf(linked -> linked.identity().equals(identity));
    put(holder, epoch + 1, holder.homeName(), holder.loginName(), fewer);
    return true;
  }

  @Override
  public boolean rename(
      UserId owner,
      int epoch,
      @Nullable Identity loginName,
      @Nullable String passwordHash,
      Instant at) {
    Holder holder = holders.get(owner);
    if (holder == null || holder.epoch() != epoch) {
      return false;
    }
    List<LinkedIdentity> identities = new ArrayList<>(holder.identities());
    identities.removeIf(linked -> linked.identity().isName());
    if (loginName != null) {
      identities.add(new LinkedIdentity(loginName, at));
    }
    holders.put(
        owner,
        new Holder(
            owner,
            epoch + 1,
            holder.homeName(),
            loginName == null ? null : loginName.subject(),
            holder.hasPassword() || passwordHash != null,
            at,
            holder.gone(),
            List.copyOf(identities)));
    return true;
  }

  @Override
  public boolean fenceOff(UserId owner, int fence, Identity identity) {
    Holder holder = holders.get(owner);
    if (holder == null) {
      return false;
    }
    put(
        holder,
        Math.max(holder.epoch(), fence + 1),
        holder.homeName(),
        holder.loginName(),
        holder.identities());
    return holder.has(identity);
  }

  private void put(
      Holder old,
      int epoch,
      String homeName,
      @Nullable String loginName,
      List<LinkedIdentity> identities) {
    holders.put(
        old.userId(),
        new Holder(
            old.userId(),
            epoch,
            homeName,
            loginName,
            old.hasPassword(),
            old.renamedAt(),
            old.gone(),
            List.copyOf(identities)));
  }
}
