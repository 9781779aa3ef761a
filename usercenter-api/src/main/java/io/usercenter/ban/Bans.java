package io.usercenter.ban;

import io.usercenter.account.Account;
import io.usercenter.account.Accounts;
import io.usercenter.id.UserId;
import io.usercenter.idempotency.Idempotency;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.platform.UserIds;
import io.usercenter.scope.Scope;
import io.usercenter.scope.ScopeGuard;
import io.usercenter.session.Sessions;
import io.usercenter.token.RevocationReason;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bans of players. A ban of the account ends the sessions in the transaction that writes it, or,
 * when its start lies ahead, in a transaction of its own at that time.
 */
public final class Bans {
  private static final int LISTED = 100;

  private final BanMapper mapper;
  private final BanOwners owners;
  private final Accounts accounts;
  private final Sessions sessions;
  private final ShardTransactions transactions;
  private final UserIds ids;
  private final Idempotency idempotency;
  private final InstantSource clock;

  Bans(
      BanMapper mapper,
      BanOwners owners,
      Accounts accounts,
      Sessions sessions,
      ShardTransactions transactions,
      UserIds ids,
      Idempotency idempotency,
      InstantSource clock) {
    this.mapper = mapper;
    this.owners = owners;
    this.accounts = accounts;
    this.sessions = sessions;
    this.transactions = transactions;
    this.ids = ids;
    this.idempotency = idempotency;
    this.clock = clock;
  }

  /** The bans that hold now. */
  public StandingBans active(UserId user) {
    Instant now = now();
    return StandingBans.of(
        mapper.standing(user, now).stream()
            .map(BanMapper.Row::toBan)
            .filter(ban -> ban.activeAt(now))
            .toList());
  }

  /** The ban of the account that lasts longest, also one that has yet to begin. */
  public Optional<Ban> standingOnAccount(UserId user) {
    return StandingBans.of(mapper.standing(user, now()).stream().map(BanMapper.Row::toBan).toList())
        .keepingOut();
  }

  /**
   * Bans a player. When the account is banned from now on, its sessions and every access token end.
   *
   * @return empty when there is no such account, or what the ban is about is not in scope
   */
  public Optional<Ban> ban(Scope scope, UserId user, BanOrder order) {
    Optional<Ban> ban =
        transactions.in(
            user,
            () -> {
              Optional<Ban> made =
                  locked(scope, user, order).map(account -> insert(user, order, null));
              made.ifPresent(answer -> idempotency.leave(user.shard(), answer));
              return made;
            });
    sessions.restrictionsChanged(user);
    return ban;
  }

  /** As part of a batch: what is banned already, by this batch or otherwise, is left as it is. */
  BatchStep banOnce(Scope scope, UserId user, BanOrder order, String batch) {
    BatchStep step =
        transactions.in(
            user,
            () -> {
              if (locked(scope, user, order).isEmpty()) {
                return new BatchStep(BanBatch.Outcome.UNKNOWN, null);
              }
              Optional<BanMapper.Row> before = mapper.byBatch(user, batch);
              if (before.isPresent()) {
                return new BatchStep(BanBatch.Outcome.BANNED, new BanId(before.get().banId()));
              }
              return covering(user, order)
                  .map(ban -> new BatchStep(BanBatch.Outcome.ALREADY_BANNED, ban.banId()))
                  .orElseGet(
                      () ->
                          new BatchStep(
                              BanBatch.Outcome.BANNED, insert(user, order, batch).banId()));
            });
    sessions.restrictionsChanged(user);
    return step;
  }

  /** What {@link #banOnce} would do. */
  BatchStep wouldBan(Scope scope, UserId user, BanOrder order) {
    Optional<Account> account =
        order.scope() == BanScope.SERVER
            ? accounts
                .within(scope, user)
                .filter(there -> scope.contains(order.target(), there.channel()))
            : accounts.wholeWithin(scope, user);
    if (account.isEmpty()) {
      return new BatchStep(BanBatch.Outcome.UNKNOWN, null);
    }
    return covering(user, order)
        .map(ban -> new BatchStep(BanBatch.Outcome.ALREADY_BANNED, ban.banId()))
        .orElse(new BatchStep(BanBatch.Outcome.WOULD_BAN, null));
  }

  /** What came of one account of a batch. */
  record BatchStep(BanBatch.Outcome result, @Nullable BanId ban) {}

  /** Bans outlive accounts: then they are whose scope is everything. */
  private boolean inScope(Scope scope, UserId user, Ban ban) {
    Optional<Account> locked =
        ban.scope() == BanScope.SERVER
            ? accounts.lockedWithin(scope, user, ban.target())
            : accounts.lockedWithin(scope, user);
    if (locked.isEmpty() && scope.everything()) {
      ScopeGuard.found(user);
    }
    return locked.isPresent() || scope.everything();
  }

  /** A ban of one game server is about that server; any other one is about the whole account. */
  private Optional<Account> locked(Scope scope, UserId user, BanOrder order) {
    return order.scope() == BanScope.SERVER
        ? accounts.lockedWithin(scope, user, order.target())
        : accounts.lockedWithin(scope, user);
  }

  private Optional<Ban> covering(UserId user, BanOrder order) {
    return mapper.standing(user, now()).stream()
        .map(BanMapper.Row::toBan)
        .filter(ban -> ban.covers(order))
        .findFirst();
  }

  private Ban insert(UserId user, BanOrder order, @Nullable String batch) {
    Instant now = now();
    Instant from = millis(order.from());
    boolean ahead = from.isAfter(now);
    boolean kicks = order.scope() == BanScope.ACCOUNT;
    long id = ids.next(user.gene()).value();
    Instant until = order.until();
    mapper.insert(
        user,
        id,
        order,
        ahead ? from : now,
        until == null ? null : millis(until),
        now,
        batch,
        ahead && kicks ? from : null);
    if (kicks && !ahead) {
      var _ = sessions.endAll(user, RevocationReason.BANNED);
    }
    return mapper.byId(user, id).map(BanMapper.Row::toBan).orElseThrow();
  }

  /** Ends the sessions of a player whose ban has begun. Does nothing the second time. */
  void kick(UserId user, BanId id) {
    Instant now = now();
    var _ =
        transactions.in(
            user,
            () ->
                mapper.claimKick(user, id.value(), now) == 1
                    && mapper
                        .byId(user, id.value())
                        .filter(row -> row.toBan().activeAt(now))
                        .flatMap(row -> sessions.endAll(user, RevocationReason.BANNED))
                        .isPresent());
  }

  /**
   * Lifts a ban. Lifting it again changes nothing.
   *
   * @return empty when the user has no such ban, or what it is about is not in scope
   */
  public Optional<Ban> lift(Scope scope, UserId user, BanId ban, String by) {
    Optional<Ban> lifted =
        transactions.in(
            user,
            () -> {
              Optional<Ban> there =
                  mapper.byIdWithin(user, ban.value(), scope.bans()).map(BanMapper.Row::toBan);
              if (there.filter(one -> inScope(scope, user, one)).isEmpty()) {
                return Optional.<Ban>empty();
              }
              mapper.lift(user, ban.value(), now(), by);
              return mapper.byId(user, ban.value()).map(BanMapper.Row::toBan);
            });
    sessions.restrictionsChanged(user);
    return lifted;
  }

  /** Lifts what a batch did to the user, if it did something and that still stands. */
  BanBatch.Undo undo(Scope scope, UserId user, String batch, String by) {
    BanBatch.Undo undone = transactions.in(user, () -> undone(scope, user, batch, by));
    sessions.restrictionsChanged(user);
    return undone;
  }

  private BanBatch.Undo undone(Scope scope, UserId user, String batch, String by) {
    if (accounts.within(scope, user).isEmpty() && !scope.everything()) {
      return BanBatch.Undo.NOT_BANNED;
    }
    ScopeGuard.found(user); // or it is gone, and all of it is in scope
    Optional<Ban> made =
        mapper
            .byBatch(user, batch)
            .map(BanMapper.Row::toBan)
            .filter(ban -> inScope(scope, user, ban));
    if (made.isEmpty()) {
      return BanBatch.Undo.NOT_BANNED;
    }
    Instant now = now();
    if (made.get().liftedAt() != null) {
      return BanBatch.Undo.LIFTED_BEFORE;
    }
    Instant until = made.get().until();
    if (until != null && !until.isAfter(now)) {
      return BanBatch.Undo.OVER;
    }
    boolean mine = mapper.lift(user, made.get().banId().value(), now, by) == 1;
    return mine ? BanBatch.Undo.LIFTED : BanBatch.Undo.LIFTED_BEFORE;
  }

  /** Whose ban it is, if it is in scope; asks the one shard that the id leads to. */
  public Optional<UserId> ownerOf(Scope scope, BanId ban) {
    return owners.of(scope.bans(), ban);
  }

  /** For an operator: as {@link #of}, those that are in his scope. */
  public List<Ban> within(Scope scope, UserId user) {
    return mapper.newestWithin(user, scope.bans(), LISTED).stream()
        .map(BanMapper.Row::toBan)
        .toList();
  }

  /** For an operator: as {@link #active}, those that are in his scope. */
  public StandingBans activeWithin(Scope scope, UserId user) {
    Instant now = now();
    return StandingBans.of(
        mapper.standingWithin(user, scope.bans(), now).stream()
            .map(BanMapper.Row::toBan)
            .filter(ban -> ban.activeAt(now))
            .toList());
  }

  /** The newest hundred bans of the user, lifted and past ones included. */
  public List<Ban> of(UserId user) {
    return mapper.newest(user, LISTED).stream().map(BanMapper.Row::toBan).toList();
  }

  private Instant now() {
    return millis(clock.instant());
  }

  /** What DATETIME(3) keeps. */
  private static Instant millis(Instant time) {
    return time.truncatedTo(ChronoUnit.MILLIS);
  }
}
