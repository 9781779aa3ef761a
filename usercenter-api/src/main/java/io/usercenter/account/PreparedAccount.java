package io.usercenter.account;

import io.usercenter.id.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An account that has its id and its password hash, and waits to be written. */
public final class PreparedAccount {
  private final UserId userId;
  private final NewAccount account;
  private final @Nullable String passwordHash;
  private final Instant at;

  PreparedAccount(UserId userId, NewAccount account, @Nullable String passwordHash, Instant at) {
    this.userId = userId;
    this.account = account;
    this.passwordHash = passwordHash;
    this.at = at;
  }

  /** The id it will have. */
  public UserId userId() {
    return userId;
  }

  NewAccount account() {
    return account;
  }

  String displayName() {
    return account.displayName() == null ? account.username().display() : account.displayName();
  }

  @Nullable String passwordHash() {
    return passwordHash;
  }

  Instant at() {
    return at;
  }
}
