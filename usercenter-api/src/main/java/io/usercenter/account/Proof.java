package io.usercenter.account;

import io.usercenter.id.UserId;

/**
 * That somebody knew the password of an account, by the hash it was checked against. Worth nothing
 * once that hash is replaced. Its text form is redacted.
 */
public final class Proof {
  private final UserId userId;
  private final String hash;

  Proof(UserId userId, String hash) {
    this.userId = userId;
    this.hash = hash;
  }

  /** Whose password it was. */
  public UserId userId() {
    return userId;
  }

  String hash() {
    return hash;
  }

  @Override
  public String toString() {
    return "Proof[" + userId + "]";
  }
}
