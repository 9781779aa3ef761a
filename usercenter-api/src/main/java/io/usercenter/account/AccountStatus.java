package io.usercenter.account;

/** Where an account is in its life. Says nothing about bans. */
public enum AccountStatus {
  ACTIVE,
  /** Its player, or an operator, wants it gone; until it is erased it may be restored. */
  PENDING_DELETION,
  /** Being erased. There is no way back, and nobody finds it any more. */
  ERASING,
  /** Nothing is left but its id. */
  ERASED
}
