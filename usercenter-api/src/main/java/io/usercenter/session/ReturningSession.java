package io.usercenter.session;

import io.usercenter.account.Account;
import io.usercenter.id.UserId;
import io.usercenter.role.PlayerRoles;
import java.util.Optional;

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
  public UserId userId() {
    return token.userId();
  }

  /** That player as the answer shows him; empty when nobody asked for that. */
  public Optional<Owner> owner() {
    return Optional.ofNullable(row.owner());
  }

  /** Whether there are bans of the player that are neither lifted nor over. */
  public boolean hasBans() {
    return row.hasBans();
  }

  /**
   * A player as the answer shows him.
   *
   * @param roles his characters that still exist, on all game servers
   */
  public record Owner(Account account, PlayerRoles roles) {}
}
