package io.usercenter.session;

import io.usercenter.platform.ApiException;
import io.usercenter.platform.BearerToken;
import io.usercenter.platform.CallerResolver;
import io.usercenter.platform.ErrorCode;
import io.usercenter.token.AccessToken;
import org.springframework.web.context.request.NativeWebRequest;

/** Recognises a {@link Player} by his access token. */
final class PlayerResolver extends CallerResolver<Player> {
  private final Sessions sessions;

  PlayerResolver(Sessions sessions) {
    super(Player.class);
    this.sessions = sessions;
  }

  @Override
  protected Player recognise(NativeWebRequest request) {
    return switch (sessions.check(BearerToken.of(request))) {
      case TokenCheck.Active(AccessToken token, _) ->
          new Player(token.userId(), new SessionId(token.sessionId()), token.epoch());
      case TokenCheck.Refused(String reason) ->
          throw new ApiException(
                  ErrorCode.TOKEN_REJECTED, "the access token was refused: " + reason)
              .with("reason", reason);
    };
  }
}
