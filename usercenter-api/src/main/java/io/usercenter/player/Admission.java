package io.usercenter.player;

import io.usercenter.account.Account;
import io.usercenter.account.Accounts;
import io.usercenter.account.NewAccount;
import io.usercenter.account.PreparedAccount;
import io.usercenter.activity.Activity;
import io.usercenter.ban.Bans;
import io.usercenter.ban.StandingBans;
import io.usercenter.deletion.Deletions;
import io.usercenter.id.UserId;
import io.usercenter.idempotency.Idempotency;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.role.PlayerRoles;
import io.usercenter.session.Device;
import io.usercenter.session.Sessions;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Lets in whoever has shown who he is, in one transaction in his shard, unless he is banned or
 * leaving.
 */
final class Admission {
  private static final PlayerRoles NO_ROLES = new PlayerRoles(List.of(), null);

  private final Accounts accounts;
  private final Sessions sessions;
  private final Bans bans;
  private final PlayerRoleLists roles;
  private final Deletions deletions;
  private final ShardTransactions transactions;
  private final Idempotency idempotency;
  private final Activity activity;
  private final InstantSource clock;

  Admission(
      Accounts accounts,
      Sessions sessions,
      Bans bans,
      PlayerRoleLists roles,
      Deletions deletions,
      ShardTransactions transactions,
      Idempotency idempotency,
      Activity activity,
      InstantSource clock) {
    this.accounts = accounts;
    this.sessions = sessions;
    this.bans = bans;
    this.roles = roles;
    this.deletions = deletions;
    this.transactions = transactions;
    this.idempotency = idempotency;
    this.activity = activity;
    this.clock = clock;
  }

  /**
   * Creates an account and opens its first session.
   *
   * @return empty when somebody was faster with its name or identity; nothing is written then
   */
  Optional<LoginResult> create(NewAccount wanted, Device device) {
    PreparedAccount prepared = accounts.prepare(wanted);
    Optional<LoginResult.Opened> opened =
        transactions.in(
            prepared.userId().shard(),
            () -> accounts.create(prepared).map(account -> first(account, wanted, device)),
            Optional::isPresent);
    opened.ifPresent(
        in -> {
          accounts.announceCreated(in.account());
          activity.count(Activity.Kind.REGISTRATION);
        });
    return opened.map(in -> in);
  }

  private LoginResult.Opened first(Account account, NewAccount wanted, Device device) {
    LoginResult.Opened opened =
        opened(
            new LoginResult.Admitted(
                account,
                sessions.openFirst(account, wanted.channel(), device, wanted.ip()),
                List.of()),
            NO_ROLES);
    idempotency.leave(account.userId().shard(), opened.login());
    return opened;
  }

  /**
   * Opens a session. Who restores his account and is banned gets it back, and no session.
   *
   * @param locked the account with its row locked, or empty when what was shown does not hold any
   *     more
   * @return empty when {@code locked} was
   */
  Optional<LoginResult> admit(
      UserId user, Entry entry, Supplier<Optional<Account>> locked, Device device, String ip) {
    // The roles come over a connection of their own: not while the transaction holds one, nor after
    // it, when there may be none, and who is in would be told that nothing was done.
    PlayerRoles list = roles.now(user);
    Optional<LoginResult> result =
        transactions.in(
            user,
            () ->
                locked
                    .get()
                    .map(account -> entry == Entry.RESTORE ? deletions.restored(account) : account)
                    .map(account -> unlessKeptOut(account, device, ip)));
    if (entry == Entry.RESTORE) {
      accounts.announceChanged(user);
    }
    if (result.filter(LoginResult.Admitted.class::isInstance).isPresent()) {
      activity.count(Activity.Kind.LOGIN);
    }
    return result.map(done -> done instanceof LoginResult.Admitted in ? opened(in, list) : done);
  }

  private LoginResult unlessKeptOut(Account account, Device device, String ip) {
    if (account.eraseAfter() != null) {
      return new LoginResult.Leaving(account.eraseAfter());
    }
    StandingBans standing = bans.active(account.userId());
    return standing
        .keepingOut()
        .<LoginResult>map(LoginResult.Banned::new)
        .orElseGet(
            () ->
                sessions
                    .open(account, account.channel(), device, ip)
                    .<LoginResult>map(
                        tokens -> new LoginResult.Admitted(account, tokens, standing.others()))
                    .orElseGet(LoginResult.TooManySessions::new));
  }

  /** The answer to whoever is in. */
  private LoginResult.Opened opened(LoginResult.Admitted in, PlayerRoles list) {
    return new LoginResult.Opened(
        Login.of(in.tokens(), in.account(), list, in.bans(), clock.instant()), in.account());
  }
}
