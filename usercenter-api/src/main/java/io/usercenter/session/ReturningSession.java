package io.usercenter.session;

import io.usercenter.account.Account;
import io.usercenter.role.PlayerRoles;

/** The session that a refresh token is of, read in one statement with all that decides about it. */
public final class ReturningSession {
  private final RefreshToken token;
  private final RefreshRows.Returning row;

  ReturningSession(RefreshToken token, RefreshRows.Returning row) {
    this.token = token;
    this.row = row;
  }

  RefreshToken token() {
    return token;
  }

  SessionMapper.State state() {
    return row.state();
  }

  /** Whose it is. */
  public Account account() {
    return row.account(token.userId());
  }

  /** His characters that still exist, on all game servers. */
  public PlayerRoles roles() {
    return row.roles();
  }

  /** Whether there are bans of the player that are neither lifted nor over. */
  public boolean hasBans() {
    return row.hasBans();
  }
}
