package io.usercenter.session;

import io.usercenter.platform.ApiException;
import io.usercenter.platform.BearerToken;
import io.usercenter.platform.ErrorCode;
import io.usercenter.token.AccessToken;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Lets a controller method that takes a {@link Player} be called with a good access token only. */
final class PlayerResolver implements HandlerMethodArgumentResolver {
  private final Sessions sessions;

  PlayerResolver(Sessions sessions) {
    this.sessions = sessions;
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == Player.class;
  }

  @Override
  public Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binder) {
    return switch (sessions.check(BearerToken.of(request))) {
      case TokenCheck.Active(AccessToken token) ->
          new Player(token.userId(), new SessionId(token.sessionId()));
      case TokenCheck.Refused(String reason) ->
          throw new ApiException(
                  ErrorCode.TOKEN_REJECTED, "the access token was refused: " + reason)
              .with("reason", reason);
    };
  }
}
