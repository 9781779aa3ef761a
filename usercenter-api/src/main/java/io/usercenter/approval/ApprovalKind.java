package io.usercenter.approval;

/** What needs two people. */
public enum ApprovalKind {
  /** Bans of more than 50 accounts at once. */
  BAN_BATCH,
  /** Making an operator a super admin. */
  SUPER_ADMIN,
  /** Handing out all that is kept about a player. */
  ACCOUNT_EXPORT
}
