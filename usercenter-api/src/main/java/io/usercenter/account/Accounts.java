package io.usercenter.account;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.identity.Identities;
import io.usercenter.identity.Identity;
import io.usercenter.identity.LinkResult;
import io.usercenter.password.PasswordCheck;
import io.usercenter.password.StoredHash;
import io.usercenter.platform.Cache;
import io.usercenter.platform.Caches;
import io.usercenter.platform.PasswordHasher;
import io.usercenter.platform.UserIds;
import io.usercenter.scope.Scope;
import io.usercenter.scope.ScopeGuard;
import io.usercenter.shard.DuplicateKey;
import io.usercenter.shard.Shards;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;

/** Accounts. Whatever is asked by user id or by username goes to one shard, and only there. */
public final class Accounts {
  private static final Logger log = LoggerFactory.getLogger(Accounts.class);

  private final AccountMapper mapper;
  private final Identities identities;
  private final PasswordHasher passwords;
  private final Shards shards;
  private final UserIds ids;
  private final InstantSource clock;
  private final Cache<Username, UserId> idByName;
  private final Cache<UserId, Account> snapshots;

  Accounts(
      AccountMapper mapper,
      Identities identities,
      PasswordHasher passwords,
      Shards shards,
      UserIds ids,
      InstantSource clock,
      Caches caches) {
    this.mapper = mapper;
    this.identities = identities;
    this.passwords = passwords;
    this.shards = shards;
    this.ids = ids;
    this.clock = clock;
    // A name leads to the same id until a player takes another one, which is announced.
    this.idByName =
        caches.create(
            "name",
            UserId.class,
            Username::canonical,
            Username::ofCanonical,
            shards::of,
            new Caches.Life(
                Duration.ofMinutes(10), Duration.ofHours(6), Duration.ofSeconds(2), 200_000));
    this.snapshots =
        caches.create(
            "account",
            Account.class,
            UserId::toString,
            UserId::parse,
            UserId::shard,
            new Caches.Life(
                Duration.ofSeconds(30), Duration.ofMinutes(10), Duration.ofSeconds(2), 100_000));
  }

  /** Whether somebody has this name already. May be late by two seconds; the insert decides. */
  public boolean isTaken(Username username) {
    return idOf(username).isPresent();
  }

  /** The id of the account with this name. */
  public Optional<UserId> idOf(Username username) {
    return idByName.get(
        username,
        name ->
            mapper
                .byName(name.canonical())
                .map(Account::userId)
                .or(() -> identities.ownerOf(Identity.ofName(name))));
  }

  /** Whether an account could have this name now. Asks the shard. */
  public boolean isAvailable(Username username) {
    return mapper.placedBy(username.canonical()) == 0
        && identities.withheldFor(Identity.ofName(username)).isEmpty()
        && !identities.isClaimed(Identity.ofName(username));
  }

  /**
   * A snapshot that may be some seconds old, without the last login. For answers, not for
   * decisions.
   */
  public Optional<Account> snapshot(UserId userId) {
    return snapshots.get(userId, mapper::byId);
  }

  /** Where he registered and was last: for those who may see it. */
  public Optional<Traces> traces(UserId user) {
    return mapper.traces(user);
  }

  /** The account as it is now. */
  public Optional<Account> byId(UserId userId) {
    return mapper.byId(userId);
  }

  /**
   * The account as it is now, locked until the transaction of the caller ends. What raises its
   * epoch waits for that, and then finds what the caller wrote.
   */
  public Optional<Account> byIdLocked(UserId userId) {
    return mapper.byIdLocked(userId);
  }

  /**
   * As {@link #byIdLocked}.
   *
   * @return empty when the password was changed since it was proven
   */
  public Optional<Account> locked(Proof proof) {
    return mapper.provenLocked(proof.userId(), proof.hash());
  }

  /** The account as it is now. */
  public Optional<Account> byName(Username username) {
    return mapper
        .byName(username.canonical())
        .or(() -> identities.ownerOf(Identity.ofName(username)).flatMap(mapper::byId));
  }

  /** For an operator: the account as it is now, if it is visible to him. */
  public Optional<Account> within(Scope scope, UserId userId) {
    return found(mapper.within(userId, scope.visible()));
  }

  /** For an operator: the account of this name, if it is visible to him. */
  public Optional<Account> byNameWithin(Scope scope, Username username) {
    return found(mapper.byNameWithin(username.canonical(), scope.visible()))
        .or(
            () ->
                ScopeGuard.trusting(() -> identities.ownerOf(Identity.ofName(username)))
                    .flatMap(owner -> within(scope, owner)));
  }

  /**
   * For an operator who acts on the whole account, in the transaction of the caller: as {@link
   * #byIdLocked}, if all of it is in his scope.
   */
  public Optional<Account> lockedWithin(Scope scope, UserId userId) {
    return found(mapper.lockedWithin(userId, scope.whole()));
  }

  /** The same without a lock: whether he may know, or do, what concerns the whole account. */
  public Optional<Account> wholeWithin(Scope scope, UserId userId) {
    return found(mapper.within(userId, scope.whole()));
  }

  /** The same for who acts on what the account has on one game server. */
  public Optional<Account> lockedWithin(Scope scope, UserId userId, String server) {
    return found(mapper.lockedWithin(userId, scope.visible()))
        .filter(account -> scope.contains(server, account.channel()));
  }

  private static Optional<Account> found(Optional<Account> account) {
    account.ifPresent(there -> ScopeGuard.found(there.userId()));
    return account;
  }

  /**
   * Does the costly part of a registration, before any transaction: hashes the password, mints the
   * id.
   */
  public PreparedAccount prepare(NewAccount account) {
    GeneFunction gene = shards.geneFunction();
    Password password = account.password();
    String hash = password == null ? null : passwords.hash(password.value());
    return new PreparedAccount(ids.next(gene.gene(account.username())), account, hash, now());
  }

  /**
   * Writes the account, in the transaction of the caller.
   *
   * @return empty when somebody was faster with this name or this identity; the transaction must
   *     then be taken back
   * @throws IllegalStateException when another account has the id
   */
  public Optional<Account> create(PreparedAccount prepared) {
    NewAccount a = prepared.account();
    try {
      mapper.insert(
          prepared.userId(),
          a.username().canonical(),
          prepared.displayName(),
          prepared.passwordHash(),
          a.channel(),
          prepared.at(),
          a.ip(),
          a.deviceId());
    } catch (DuplicateKeyException e) {
      if (DuplicateKey.isPrimaryIn(e)) {
        log.error("user id {} was given out twice: see ADR 4", prepared.userId());
        throw new IllegalStateException(
            "user id " + prepared.userId() + " is another account's", e);
      }
      return Optional.empty();
    }
    Identity identity = a.identity();
    if (identities.keeps(a.username())
        || (identity != null && !identities.attach(prepared.userId(), identity, prepared.at()))) {
      return Optional.empty();
    }
    return Optional.of(
        new Account(
            prepared.userId(),
            a.username().canonical(),
            prepared.displayName(),
            null,
            null,
            AccountStatus.ACTIVE,
            null,
            0,
            a.channel(),
            prepared.at(),
            null));
  }

  /**
   * To be called after the transaction that created it: other instances may believe the name is
   * free.
   */
  public void announceCreated(Account account) {
    idByName.invalidate(Username.ofCanonical(account.username()));
  }

  /**
   * Recognises somebody by name and password. An unknown name takes as long as a wrong password. A
   * hash that was made in another way than new ones is replaced when the password is right.
   *
   * @return empty when either is wrong
   */
  public Optional<Proof> authenticate(Username username, Password password) {
    return authenticate(password, () -> credentials(username));
  }

  /** As by name: recognises somebody by an identity of his and the password. */
  public Optional<Proof> authenticate(Identity identity, Password password) {
    return authenticate(
        password, () -> mapper.credentialsWith(identities.claimantOf(identity), identity));
  }

  private Optional<Proof> authenticate(
      Password password, Supplier<Optional<AccountMapper.Credentials>> lookup) {
    if (password.tooLong()) {
      return Optional.empty(); // nobody has it, whatever the name
    }
    Optional<AccountMapper.Credentials> known = lookup.get();
    PasswordCheck check =
        passwords.check(
            password.value(), known.map(AccountMapper.Credentials::passwordHash).orElse(null));
    return switch (check) {
      case PasswordCheck.Wrong() -> Optional.empty();
      case PasswordCheck.Right() -> known.map(c -> new Proof(c.userId(), c.passwordHash()));
      case PasswordCheck.Outdated(StoredHash replacement) ->
          known.map(c -> new Proof(c.userId(), upgraded(c, replacement.text())));
    };
  }

  // The login goes on with either hash, so that no failure here keeps anybody out.
  private String upgraded(AccountMapper.Credentials old, String replacement) {
    try {
      if (mapper.replaceHash(old.userId(), old.passwordHash(), replacement) == 1) {
        return replacement;
      }
    } catch (RuntimeException e) {
      log.warn("the password hash of user {} stays as it is for now", old.userId(), e);
    }
    return old.passwordHash();
  }

  /**
   * Turns the caller away while no further password could be hashed in time, before anything else
   * is done for him ({@link PasswordHasher#requireRoom()}).
   */
  public void requireRoom() {
    passwords.requireRoom();
  }

  /** Hashes a new password, before any transaction. */
  public NewHash hash(Password password) {
    return new NewHash(passwords.hash(password.value()));
  }

  /**
   * Changes the password, in the transaction of the caller.
   *
   * @return false when somebody else changed it since it was proven; nothing was written then
   */
  public boolean changePassword(Proof proof, NewHash hash) {
    return mapper.replaceHash(proof.userId(), proof.hash(), hash.text()) == 1;
  }

  /**
   * Gives the account a password, whatever it had, in the transaction of the caller, who has locked
   * the account.
   */
  public void resetPassword(UserId userId, NewHash hash) {
    mapper.setHash(userId, hash.text());
  }

  /**
   * Looks in both places whatever the first one says: a name that nobody has must not take longer
   * than one that somebody has.
   */
  private Optional<AccountMapper.Credentials> credentials(Username username) {
    Optional<AccountMapper.Credentials> first = mapper.credentials(username.canonical());
    Optional<UserId> renamed = identities.ownerOf(Identity.ofName(username));
    return first.or(() -> renamed.flatMap(mapper::credentialsOf));
  }

  /** Whether name and password are a way into the account. */
  public boolean hasPassword(UserId userId) {
    return mapper.credentialsOf(userId).isPresent();
  }

  /** When the account got its present name, if that is not its first one. */
  public Optional<Instant> renamedAt(UserId userId) {
    return mapper.renamedAt(userId);
  }

  /**
   * Gives the account another name. Its id stays, and it stays in its shard.
   *
   * @param password one that comes with the name; null leaves it as it is
   */
  public LinkResult rename(Account account, Username name, @Nullable Password password) {
    String hash = password == null ? null : passwords.hash(password.value());
    LinkResult result = identities.rename(account.userId(), name, hash);
    if (result instanceof LinkResult.Done) {
      idByName.invalidate(Username.ofCanonical(account.username()));
      idByName.invalidate(name);
      snapshots.invalidate(account.userId());
    }
    return result;
  }

  /**
   * Changes what others see.
   *
   * @return the account as it is then; empty when there is none
   */
  public Optional<Account> show(UserId userId, ProfileChange change) {
    mapper.show(userId, change);
    snapshots.invalidate(userId);
    return mapper.byId(userId);
  }

  /** Notes that the account is to be erased then, in the transaction of the caller. */
  public void leave(UserId userId, Instant eraseAfter) {
    mapper.leave(userId, eraseAfter);
  }

  /** Notes that the account is not to be erased after all, in the transaction of the caller. */
  public void stay(UserId userId) {
    mapper.stay(userId);
  }

  /**
   * Begins to erase the account, if it is to be erased by now. There is no way back, and nobody
   * finds it any more.
   *
   * @param goOnAt when to go on, so that whoever read the account before is through
   * @return false when it had begun before, or the account is not to be erased by now
   */
  public boolean beginErasing(UserId userId, Instant goOnAt) {
    return mapper.beginErasing(userId, now(), goOnAt) == 1;
  }

  /** Whether erasing the account has begun, long enough ago, and not ended. */
  public boolean mayGoOnErasing(UserId userId) {
    return mapper.mayGoOnErasing(userId, now()) == 1;
  }

  /**
   * Has every instance forget an account that is being erased, and Redis.
   *
   * @return false when Redis is away
   */
  boolean forget(UserId userId) {
    Optional<AccountMapper.Names> names = mapper.namesOfErasing(userId);
    return names.isEmpty()
        || (snapshots.invalidate(userId)
            && idByName.invalidate(Username.ofCanonical(names.get().username()))
            && (names.get().loginName() == null
                || idByName.invalidate(Username.ofCanonical(names.get().loginName()))));
  }

  /** The last step: nothing is left of the account but its id. */
  public void endErasing(UserId userId) {
    mapper.endErasing(userId, identities.formerName(userId).canonical());
  }

  /** To be called after a change of the account was committed: every instance forgets the old. */
  public void announceChanged(UserId userId) {
    snapshots.invalidate(userId);
  }

  /** Notes a login, in the transaction of the caller. */
  public void loggedIn(UserId userId, Instant at, String ip) {
    mapper.loggedIn(userId, at, ip);
  }

  /**
   * Ends every access token of the user, in the transaction of the caller.
   *
   * @return the new epoch, or empty when there is no such account
   */
  public Optional<Integer> raiseEpoch(UserId userId) {
    return mapper.raiseEpoch(userId) == 0 ? Optional.empty() : mapper.epoch(userId);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS); // what DATETIME(3) keeps
  }
}
