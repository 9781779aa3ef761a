package io.usercenter.deletion;

import io.usercenter.account.Account;
import io.usercenter.account.Accounts;
import io.usercenter.id.UserId;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.session.SessionId;
import io.usercenter.session.Sessions;
import io.usercenter.token.RevocationReason;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Supplier;

/** Wishes to delete accounts, and to have them back. */
public final class Deletions {
  private final Accounts accounts;
  private final Sessions sessions;
  private final ShardTransactions transactions;
  private final DeletionSettings settings;
  private final InstantSource clock;

  Deletions(
      Accounts accounts,
      Sessions sessions,
      ShardTransactions transactions,
      DeletionSettings settings,
      InstantSource clock) {
    this.accounts = accounts;
    this.sessions = sessions;
    this.transactions = transactions;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Has an account erased after the cooling-off, and ends all its sessions in the same transaction.
   * Asking again changes nothing.
   *
   * @param locked the account with its row locked, or empty when what was shown does not hold any
   *     more; runs in the transaction
   * @return when it will be erased; empty when {@code locked} was
   */
  public Optional<Instant> request(UserId user, Supplier<Optional<Account>> locked) {
    Optional<Instant> eraseAfter =
        transactions.in(
            user,
            () ->
                locked
                    .get()
                    .map(
                        account ->
                            account.eraseAfter() == null ? leave(user) : account.eraseAfter()));
    accounts.announceChanged(user);
    return eraseAfter;
  }

  /**
   * As {@link #request}, for who has logged in a moment ago.
   *
   * @return empty when the session is older than {@code usercenter.deletion.fresh-session}, or has
   *     ended
   */
  public Optional<Instant> requestFrom(UserId user, SessionId session) {
    Instant since = clock.instant().minus(settings.freshSession());
    return request(
        user,
        () -> accounts.byIdLocked(user).filter(_ -> sessions.openedSince(user, session, since)));
  }

  private Instant leave(UserId user) {
    // What DATETIME(3) keeps.
    Instant eraseAfter = clock.instant().plus(settings.coolingOff()).truncatedTo(ChronoUnit.MILLIS);
    accounts.leave(user, eraseAfter);
    var _ = sessions.endAll(user, RevocationReason.DELETED);
    return eraseAfter;
  }

  /**
   * Takes the wish back. Does nothing to an account that is to stay.
   *
   * @param locked the account with its row locked; runs in the transaction
   */
  public Optional<Account> restore(UserId user, Supplier<Optional<Account>> locked) {
    Optional<Account> restored = transactions.in(user, () -> locked.get().map(this::restored));
    accounts.announceChanged(user);
    return restored;
  }

  /**
   * Takes the wish back in the transaction of the caller, who has locked the account. To be
   * followed by {@link Accounts#announceChanged}.
   *
   * @return the account as it is then
   */
  public Account restored(Account locked) {
    if (locked.eraseAfter() == null) {
      return locked;
    }
    accounts.stay(locked.userId());
    return accounts.byId(locked.userId()).orElseThrow();
  }
}
