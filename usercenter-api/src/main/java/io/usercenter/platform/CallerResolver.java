package io.usercenter.platform;

import org.springframework.core.MethodParameter;
import org.springframework.web.context.request.NativeWebRequest;

/** Recognises callers of one kind by their credentials. */
public abstract class CallerResolver<C extends Caller> {
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

  /**
   * Before what is marked {@link OwnersOnly}.
   *
   * @throws ApiException when he has not shown enough for that
   */
  protected void requireOwner(C caller, NativeWebRequest request) {}

  final C recognise(MethodParameter parameter, NativeWebRequest request) {
    C caller = recognise(request);
    if (parameter.hasMethodAnnotation(OwnersOnly.class)) {
      requireOwner(caller, request);
    }
    return caller;
  }

  final boolean recognises(Class<?> type) {
    return type == kind;
  }
}
