package io.usercenter.admin;

import io.usercenter.platform.ApiException;
import io.usercenter.platform.BearerToken;
import io.usercenter.platform.CallerResolver;
import io.usercenter.platform.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.NativeWebRequest;

/** Recognises an {@link Operator} by the token of his login. */
@Component
final class OperatorResolver extends CallerResolver<Operator> {
  private final Operators operators;

  OperatorResolver(Operators operators) {
    super(Operator.class);
    this.operators = operators;
  }

  @Override
  protected Operator recognise(NativeWebRequest request) {
    HttpServletRequest http = request.getNativeRequest(HttpServletRequest.class);
    return operators
        .recognise(BearerToken.of(request), http == null ? "" : http.getRemoteAddr())
        .orElseThrow(
            () ->
                new ApiException(
                        ErrorCode.TOKEN_REJECTED, "the operator's login is unknown or has ended")
                    .with("reason", "EXPIRED"));
  }
}
