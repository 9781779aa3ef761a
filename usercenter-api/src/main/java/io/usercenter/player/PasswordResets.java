package io.usercenter.player;

import io.usercenter.account.Account;
import io.usercenter.account.Accounts;
import io.usercenter.account.NewHash;
import io.usercenter.account.Password;
import io.usercenter.code.Codes;
import io.usercenter.code.RightCode;
import io.usercenter.id.UserId;
import io.usercenter.identity.Identities;
import io.usercenter.identity.Identity;
import io.usercenter.password.NewPasswordRules;
import io.usercenter.platform.ClientAddress;
import io.usercenter.platform.ShardTransactions;
import io.usercenter.session.Sessions;
import io.usercenter.throttle.Attempt;
import io.usercenter.throttle.Guesses;
import io.usercenter.token.RevocationReason;
import java.util.Optional;

/** New passwords for players who forgot theirs and have an address that is linked. */
final class PasswordResets {
  private final Accounts accounts;
  private final Identities identities;
  private final Sessions sessions;
  private final Codes codes;
  private final Guesses guesses;
  private final NewPasswordRules rules;
  private final ShardTransactions transactions;

  PasswordResets(
      Accounts accounts,
      Identities identities,
      Sessions sessions,
      Codes codes,
      Guesses guesses,
      NewPasswordRules rules,
      ShardTransactions transactions) {
    this.accounts = accounts;
    this.identities = identities;
    this.sessions = sessions;
    this.codes = codes;
    this.guesses = guesses;
    this.rules = rules;
    this.transactions = transactions;
  }

  /**
   * Gives the account of an identity a new password and ends all its sessions. The code is used
   * last of what can fail for a reason of the player's, so that he can correct that.
   *
   * @param code of who has the identity
   */
  PasswordReset reset(Identity identity, RightCode code, Password wanted, ClientAddress from) {
    Optional<Account> found = identities.ownerOf(identity).flatMap(accounts::byId);
    if (found.isEmpty()) {
      return new PasswordReset.NoAccount();
    }
    Account account = found.get();
    Optional<NewPasswordRules.Weakness> weakness =
        rules.weakness(wanted.value(), account.username());
    if (weakness.isPresent()) {
      return new PasswordReset.Weak(weakness.get());
    }
    NewHash hash = accounts.hash(wanted);
    if (!codes.use(code)) {
      return new PasswordReset.CodeUsed();
    }
    Optional<Integer> ended = write(account.userId(), identity, hash);
    if (ended.isEmpty()) {
      return new PasswordReset.NoAccount(); // it was unlinked meanwhile
    }
    // Else who forgot it would have to wait for the guesses that brought him here.
    for (String name : new String[] {account.username(), identity.key()}) {
      guesses.proven(new Attempt(Attempt.Kind.PLAYER, name, from, null));
    }
    return new PasswordReset.Done(ended.get());
  }

  private Optional<Integer> write(UserId user, Identity identity, NewHash hash) {
    return transactions.in(
        user,
        () -> {
          if (accounts.byIdLocked(user).isEmpty() || !identities.has(user, identity)) {
            return Optional.<Integer>empty();
          }
          accounts.resetPassword(user, hash);
          return sessions.endAll(user, RevocationReason.PASSWORD);
        });
  }
}
