package io.usercenter.platform;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Lets a controller method that takes a caller of one kind be called with his credentials only. */
public abstract class CallerResolver<C extends Caller> implements HandlerMethodArgumentResolver {
  private final Class<C> kind;

  protected CallerResolver(Class<C> kind) {
    this.kind = kind;
  }

  /**
   * Who sends the request.
   *
   * @throws ApiException when he does not show who he is
   */
  protected abstract C recognise(NativeWebRequest request);

  @Override
  public final boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == kind;
  }

  @Override
  public final Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binder) {
    return recognise(request);
  }
}
