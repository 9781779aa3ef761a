package io.usercenter.session;

import io.usercenter.platform.ApiException;
import io.usercenter.platform.BearerToken;
import io.usercenter.platform.CallerResolver;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.OwnersOnly;
import io.usercenter.token.AccessToken;
import org.springframework.web.context.request.NativeWebRequest;

/** Recognises a {@link Player} by his access token, and the owner of it by his refresh token. */
final class PlayerResolver extends CallerResolver<Player> {
  private final Sessions sessions;
  private final SessionSettings settings;

  PlayerResolver(Sessions sessions, SessionSettings settings) {
    super(Player.class);
    this.sessions = sessions;
    this.settings = settings;
  }

  // Any generation: whoever has had one was the owner, or is found out at the next refresh.
  @Override
  protected void requireOwner(Player player, NativeWebRequest request) {
    if (!settings.ownerProof()) {
      return;
    }
    String token = request.getHeader(OwnersOnly.HEADER);
    if (token == null
        || sessions
            .read(token.strip())
            .filter(read -> read.userId().equals(player.userId()))
            .filter(read -> read.sessionId().equals(player.sessionId()))
            .isEmpty()) {
      throw new ApiException(
          ErrorCode.REFRESH_TOKEN_NEEDED,
          "send the refresh token of this session in the header " + OwnersOnly.HEADER);
    }
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
