package io.usercenter.session;

import io.usercenter.id.UserId;
import io.usercenter.platform.Caller;

/**
 * The player who sends a request with his access token.
 *
 * @param epoch his {@code auth_epoch} when the token was made
 */
public record Player(UserId userId, SessionId sessionId, int epoch) implements Caller {
  @Override
  public Kind kind() {
    return Kind.PLAYER;
  }

  @Override
  public String id() {
    return userId.toString();
  }
}
