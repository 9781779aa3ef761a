package io.usercenter.admin;

import io.usercenter.platform.ApiException;
import io.usercenter.platform.BearerToken;
import io.usercenter.platform.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Lets a controller method that takes an {@link Operator} be called by a logged-in operator only.
 */
@Component
final class OperatorResolver implements HandlerMethodArgumentResolver {
  private final Operators operators;

  OperatorResolver(Operators operators) {
    this.operators = operators;
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == Operator.class;
  }

  @Override
  public Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binder) {
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
