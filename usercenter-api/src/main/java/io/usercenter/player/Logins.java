package io.usercenter.player;

import io.usercenter.account.Account;
import io.usercenter.account.Accounts;
import io.usercenter.account.NewAccount;
import io.usercenter.account.NewHash;
import io.usercenter.account.Password;
import io.usercenter.account.Proof;
import io.usercenter.ban.Ban;
import io.usercenter.ban.Bans;
import io.usercenter.ban.StandingBans;
import io.usercenter.deletion.Deletions;
import io.usercenter.id.Username;
import io.usercenter.idempotency.Idempotency;
import io.usercenter.identity.Identity;
import io.usercenter.password.NewPasswordRules;
import io.usercenter.platform.ClientAddress;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.session.Device;
import io.usercenter.session.KeptSession;
import io.usercenter.session.Player;
import io.usercenter.session.Refresh;
import io.usercenter.session.ReturningSession;
import io.usercenter.session.SessionId;
import io.usercenter.session.SessionTokens;
import io.usercenter.session.Sessions;
import io.usercenter.throttle.Attempt;
import io.usercenter.throttle.Guesses;
import io.usercenter.token.RevocationReason;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The ways in: registering, logging in, refreshing. Each touches one shard. */
final class Logins {
  private final Accounts accounts;
  private final Guesses guesses;
  private final Sessions sessions;
  private final Bans bans;
  private final ShardTransactions transactions;
  private final NewPasswordRules rules;
  private final Deletions deletions;
  private final Admission admission;
  private final Idempotency idempotency;
  private final InstantSource clock;

  Logins(
      Accounts accounts,
      Guesses guesses,
      Sessions sessions,
      Bans bans,
      ShardTransactions transactions,
      NewPasswordRules rules,
      Deletions deletions,
      Admission admission,
      Idempotency idempotency,
      InstantSource clock) {
    this.accounts = accounts;
    this.guesses = guesses;
    this.sessions = sessions;
    this.bans = bans;
    this.transactions = transactions;
    this.rules = rules;
    this.deletions = deletions;
    this.admission = admission;
    this.idempotency = idempotency;
    this.clock = clock;
  }

  /** Creates an account and opens its first session, or says that the name is taken. */
  LoginResult register(NewAccount wanted, Device device) {
    accounts.requireRoom();
    if (accounts.isTaken(wanted.username())) {
      return new LoginResult.NameTaken();
    }
    return admission.create(wanted, device).orElseGet(LoginResult.NameTaken::new);
  }

  /** Opens a session for a name and a password. */
  LoginResult open(
      Username username, Password password, Entry entry, Device device, ClientAddress from) {
    return open(
        new Attempt(Attempt.Kind.PLAYER, username.canonical(), from, device.id()),
        () -> accounts.authenticate(username, password),
        entry,
        device);
  }

  /** Opens a session for an identity and the password of its account. */
  LoginResult open(
      Identity identity, Password password, Entry entry, Device device, ClientAddress from) {
    return open(
        new Attempt(Attempt.Kind.PLAYER, identity.key(), from, device.id()),
        () -> accounts.authenticate(identity, password),
        entry,
        device);
  }

  private LoginResult open(
      Attempt attempt, Supplier<Optional<Proof>> judge, Entry entry, Device device) {
    String ip = attempt.from().text();
    return withProof(
            attempt,
            judge,
            proof ->
                admission.admit(proof.userId(), entry, () -> accounts.locked(proof), device, ip))
        .orElseGet(LoginResult.WrongNameOrPassword::new);
  }

  /** Changes the password of whoever is logged in, and ends all his sessions but this one. */
  PasswordChange changePassword(
      Player player, Password current, Password wanted, ClientAddress from) {
    Account account = accounts.byId(player.userId()).orElseThrow();
    Optional<NewPasswordRules.Weakness> weakness =
        rules.weakness(wanted.value(), account.username());
    if (weakness.isPresent()) {
      return new PasswordChange.Weak(weakness.get());
    }
    return this.<PasswordChange>withProof(
            new Attempt(Attempt.Kind.PLAYER, account.username(), from, null),
            () -> accounts.authenticate(Username.ofCanonical(account.username()), current),
            proof -> change(proof, accounts.hash(wanted), player.sessionId()))
        .orElseGet(PasswordChange.WrongPassword::new);
  }

  /**
   * Has the account of whoever is logged in erased after the cooling-off.
   *
   * @return when; empty when it is another password, or the account is gone
   */
  Optional<Instant> delete(Player player, Password password, ClientAddress from) {
    return accounts
        .byId(player.userId())
        .flatMap(
            account ->
                withProof(
                    new Attempt(Attempt.Kind.PLAYER, account.username(), from, null),
                    () -> accounts.authenticate(Username.ofCanonical(account.username()), password),
                    proof -> deletions.request(proof.userId(), () -> accounts.locked(proof))));
  }

  private Optional<PasswordChange> change(Proof proof, NewHash hash, SessionId session) {
    sessions.settle(proof.userId());
    return transactions.in(
        proof.userId(),
        () -> {
          if (accounts.locked(proof).isEmpty()) {
            return Optional.<PasswordChange>empty();
          }
          Optional<KeptSession> kept =
              sessions.endAllBut(proof.userId(), session, RevocationReason.PASSWORD);
          if (kept.isEmpty()) {
            return Optional.of(new PasswordChange.SessionEnded());
          }
          if (!accounts.changePassword(proof, hash)) {
            throw new IllegalStateException("a locked password changed");
          }
          PasswordChange.Changed changed = PasswordChange.Changed.of(kept.get());
          idempotency.leave(proof.userId().shard(), changed.answer());
          return Optional.of(changed);
        });
  }

  /**
   * The one place where a player's password is checked, as often as he may guess.
   *
   * @param then what the right password is for; empty when the stored hash was replaced meanwhile,
   *     by another password or by a login that upgraded it, and then it is checked once more
   * @return empty for a wrong name or password
   */
  private <T> Optional<T> withProof(
      Attempt attempt, Supplier<Optional<Proof>> judge, Function<Proof, Optional<T>> then) {
    accounts.requireRoom();
    for (int round = 0; round < 2; round++) {
      Optional<Proof> proof = guesses.check(attempt, judge);
      if (proof.isEmpty()) {
        return Optional.empty();
      }
      Optional<T> result = then.apply(proof.get());
      if (result.isPresent()) {
        return result;
      }
    }
    return Optional.empty();
  }

  /**
   * Goes on with a session.
   *
   * @param minimal whether nobody wants to know the account and its characters
   */
  RefreshResult refresh(String refreshToken, boolean minimal) {
    Instant arrived = clock.instant();
    return sessions
        .read(refreshToken)
        .flatMap(token -> minimal ? sessions.find(token) : sessions.findWithOwner(token))
        .map(session -> refresh(session, arrived))
        .orElseGet(RefreshResult.NotOurs::new);
  }

  private RefreshResult refresh(ReturningSession session, Instant arrived) {
    StandingBans standing = session.hasBans() ? bans.active(session.userId()) : StandingBans.NONE;
    if (standing.keepingOut().isPresent()) {
      return new LoginResult.Banned(standing.keepingOut().get());
    }
    return switch (sessions.refresh(session, arrived)) {
      case Refresh.Unknown() -> new RefreshResult.NotOurs();
      case Refresh.Ended(String reason) -> new RefreshResult.SessionEnded(reason);
      case Refresh.Refreshed(SessionTokens tokens) ->
          new RefreshResult.GoesOn(answer(tokens, session.owner(), standing.others()));
    };
  }

  private RefreshAnswer answer(
      SessionTokens tokens, Optional<ReturningSession.Owner> owner, List<Ban> bans) {
    Instant now = clock.instant();
    return owner
        .<RefreshAnswer>map(of -> Login.of(tokens, of.account(), of.roles(), bans, now))
        .orElseGet(() -> RenewedTokens.of(tokens, bans, now));
  }
}
