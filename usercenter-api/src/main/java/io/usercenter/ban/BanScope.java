package io.usercenter.ban;

/** What a ban keeps a player from. */
public enum BanScope {
  /** Everything: he cannot log in, and his sessions end. */
  ACCOUNT,
  /** One game server, the target. */
  SERVER,
  /** One feature of the games, the target: {@code chat}, {@code trade}. */
  FEATURE
}
