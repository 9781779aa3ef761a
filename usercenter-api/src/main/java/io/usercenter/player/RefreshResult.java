package io.usercenter.player;

/** What an attempt to go on with a session came to. */
sealed interface RefreshResult
    permits RefreshResult.GoesOn,
        RefreshResult.NotOurs,
        RefreshResult.SessionEnded,
        LoginResult.Banned {
  /** In as before. */
  record GoesOn(RefreshAnswer answer) implements RefreshResult {}

  /** The refresh token is none of this service. */
  record NotOurs() implements RefreshResult {}

  /** The session is over. */
  record SessionEnded(String reason) implements RefreshResult {}
}
