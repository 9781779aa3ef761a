package io.usercenter.platform;

/**
 * Who sends a request: a player, a game server or an operator. A controller method that takes one
 * as a parameter is refused without it, because its resolver throws. The application does not start
 * when a controller method neither takes a caller nor is {@link Open}.
 */
public interface Caller {
  /** What callers there are. */
  enum Kind {
    PLAYER,
    GAME_SERVER,
    OPERATOR
  }

  /** What he is. */
  Kind kind();

  /** Tells him from all others of his kind. */
  String id();
}
