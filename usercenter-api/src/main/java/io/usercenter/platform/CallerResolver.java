package io.usercenter.platform;

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

  final boolean recognises(Class<?> type) {
    return type == kind;
  }
}
