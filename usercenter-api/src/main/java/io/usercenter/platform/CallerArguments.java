package io.usercenter.platform;

import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Lets a controller method that takes a caller be called with his credentials only, and when he may
 * pass the gate.
 */
final class CallerArguments implements HandlerMethodArgumentResolver {
  private final List<CallerResolver<?>> resolvers;
  private final CallerGate gate;

  CallerArguments(List<CallerResolver<?>> resolvers, CallerGate gate) {
    this.resolvers = resolvers;
    this.gate = gate;
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return resolverOf(parameter) != null;
  }

  @Override
  public Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binder) {
    Caller caller = Objects.requireNonNull(resolverOf(parameter)).recognise(parameter, request);
    gate.pass(caller, Objects.requireNonNull(request.getNativeResponse(HttpServletResponse.class)));
    return caller;
  }

  private @Nullable CallerResolver<?> resolverOf(MethodParameter parameter) {
    for (CallerResolver<?> resolver : resolvers) { // no stream: part of every request
      if (resolver.recognises(parameter.getParameterType())) {
        return resolver;
      }
    }
    return null;
  }
}
