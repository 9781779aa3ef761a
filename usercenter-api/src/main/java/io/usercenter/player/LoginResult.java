package io.usercenter.player;

import io.usercenter.account.Account;
import io.usercenter.ban.Ban;
import io.usercenter.session.SessionTokens;
import java.time.Instant;
import java.util.List;

/** What an attempt to get in came to. */
sealed interface LoginResult {
  /** In. */
  record Opened(Login login, Account account) implements LoginResult {}

  /**
   * In, with the roles still to be read.
   *
   * @param bans of servers and features
   */
  record Admitted(Account account, SessionTokens tokens, List<Ban> bans) implements LoginResult {}

  /** Somebody has the name already. */
  record NameTaken() implements LoginResult {}

  /** One of the two is wrong; which one is nobody's business. */
  record WrongNameOrPassword() implements LoginResult {}

  /** Kept out. */
  record Banned(Ban ban) implements LoginResult, RefreshResult {}

  /** He has as many sessions as he may, and they have the right to stay. */
  record TooManySessions() implements LoginResult {}

  /** The account is to be erased then; who shows the same once more may have it back. */
  record Leaving(Instant eraseAfter) implements LoginResult {}

  /** There is nothing to restore. */
  record NoAccount() implements LoginResult {}

  /** A change of the identity is under way; ask again. */
  record IdentityBusy() implements LoginResult {}
}
