package io.usercenter.player;

import io.usercenter.account.Account;
import io.usercenter.account.Accounts;
import io.usercenter.account.NewAccount;
import io.usercenter.account.Password;
import io.usercenter.account.PreparedAccount;
import io.usercenter.ban.Ban;
import io.usercenter.ban.Bans;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.role.PlayerRoles;
import io.usercenter.session.Device;
import io.usercenter.session.Refresh;
import io.usercenter.session.RefreshToken;
import io.usercenter.session.SessionTokens;
import io.usercenter.session.Sessions;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The ways in: registering, logging in, refreshing. Each touches one shard. */
final class Logins {
  private static final PlayerRoles NO_ROLES = new PlayerRoles(List.of(), null);

  private final Accounts accounts;
  private final Sessions sessions;
  private final Bans bans;
  private final PlayerRoleLists roles;
  private final ShardTransactions transactions;
  private final InstantSource clock;

  Logins(
      Accounts accounts,
      Sessions sessions,
      Bans bans,
      PlayerRoleLists roles,
      ShardTransactions transactions,
      InstantSource clock) {
    this.accounts = accounts;
    this.sessions = sessions;
    this.bans = bans;
    this.roles = roles;
    this.transactions = transactions;
    this.clock = clock;
  }

  /** Creates an account and opens its first session, or says that the name is taken. */
  LoginResult register(NewAccount wanted, Device device) {
    if (accounts.isTaken(wanted.username())) {
      return new LoginResult.NameTaken();
    }
    PreparedAccount prepared = accounts.prepare(wanted);
    LoginResult result =
        transactions.in(
            prepared.userId(),
            () ->
                accounts
                    .create(prepared)
                    .<LoginResult>map(
                        account ->
                            opened(
                                sessions.open(account, wanted.channel(), device, wanted.ip()),
                                account,
                                NO_ROLES))
                    .orElseGet(LoginResult.NameTaken::new));
    if (result instanceof LoginResult.Opened(_, Account account)) {
      accounts.announceCreated(account);
    }
    return result;
  }

  /** Opens a session for a name and a password. */
  LoginResult open(Username username, Password password, Device device, String ip) {
    Optional<UserId> recognised = accounts.authenticate(username, password);
    if (recognised.isEmpty()) {
      return new LoginResult.WrongNameOrPassword();
    }
    UserId user = recognised.get();
    LoginResult result =
        transactions.in(
            user,
            () -> {
              Account account = accounts.byIdLocked(user).orElseThrow();
              return bans.active(user)
                  .<LoginResult>map(LoginResult.Banned::new)
                  .orElseGet(
                      () ->
                          new LoginResult.Admitted(
                              account, sessions.open(account, account.channel(), device, ip)));
            });
    // The roles come over a connection of their own, so not while the transaction holds one.
    return result instanceof LoginResult.Admitted(Account account, SessionTokens tokens)
        ? opened(tokens, account, roles.now(user))
        : result;
  }

  /** Goes on with a session. */
  LoginResult refresh(String refreshToken) {
    Optional<RefreshToken> read = sessions.read(refreshToken);
    if (read.isEmpty()) {
      return new LoginResult.NotOurs();
    }
    UserId user = read.get().userId();
    Optional<Ban> ban = bans.active(user);
    if (ban.isPresent()) {
      return new LoginResult.Banned(ban.get());
    }
    return switch (sessions.refresh(read.get())) {
      case Refresh.Unknown() -> new LoginResult.NotOurs();
      case Refresh.Ended(String reason) -> new LoginResult.SessionEnded(reason);
      case Refresh.Refreshed(SessionTokens tokens) ->
          opened(tokens, accounts.byId(user).orElseThrow(), roles.now(user));
    };
  }

  private LoginResult opened(SessionTokens tokens, Account account, PlayerRoles playerRoles) {
    return new LoginResult.Opened(Login.of(tokens, account, playerRoles, clock.instant()), account);
  }
}
