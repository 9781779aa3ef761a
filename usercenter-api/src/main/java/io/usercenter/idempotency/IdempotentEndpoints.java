package io.usercenter.idempotency;

import io.usercenter.id.UserId;
import io.usercenter.platform.Caller;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.ServletInvocableHandlerMethod;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * Calls the controller methods that are {@link Idempotent}: after the caller is known and the body
 * is checked, before the work.
 */
final class IdempotentEndpoints extends RequestMappingHandlerAdapter {
  private final Idempotency idempotency;

  IdempotentEndpoints(Idempotency idempotency) {
    this.idempotency = idempotency;
  }

  @Override
  protected ServletInvocableHandlerMethod createInvocableHandlerMethod(HandlerMethod method) {
    Idempotent marked = method.getMethodAnnotation(Idempotent.class);
    return marked == null
        ? super.createInvocableHandlerMethod(method)
        : new Endpoint(method, Duration.ofSeconds(marked.patience()));
  }

  private final class Endpoint extends ServletInvocableHandlerMethod {
    private final Duration patience;

    Endpoint(HandlerMethod method, Duration patience) {
      super(method);
      this.patience = patience;
    }

    @Override
    protected @Nullable Object doInvoke(@Nullable Object... args) throws Exception {
      HttpServletRequest request =
          ((ServletRequestAttributes) RequestContextHolder.currentRequestAttributes()).getRequest();
      String query = request.getQueryString();
      Object answer =
          idempotency.once(
              request.getHeader(IdempotencyKey.HEADER),
              scope(args),
              new SentRequest(
                  request.getMethod()
                      + " "
                      + request.getRequestURI()
                      + (query == null ? "" : "?" + query),
                  body(args),
                  patience),
              // What was kept is sent as it is: nothing that an answer may hold has to be read.
              JsonNode.class,
              () -> Objects.requireNonNullElse(super.doInvoke(args), NullNode.getInstance()));
      return answer instanceof NullNode ? null : answer;
    }

    private KeyScope scope(@Nullable Object[] args) {
      Caller caller =
          Arrays.stream(args)
              .filter(Caller.class::isInstance)
              .map(Caller.class::cast)
              .findFirst()
              .orElseThrow(() -> new IllegalStateException(getMethod() + " takes no caller"));
      return caller.kind() == Caller.Kind.PLAYER
          ? KeyScope.of(UserId.parse(caller.id()))
          : KeyScope.of(caller, about(args));
    }

    private @Nullable UserId about(@Nullable Object[] args) {
      return body(args) instanceof AboutUser request
          ? request.userId()
          : Arrays.stream(args)
              .filter(UserId.class::isInstance)
              .map(UserId.class::cast)
              .findFirst()
              .orElse(null);
    }

    private @Nullable Object body(@Nullable Object[] args) {
      return Arrays.stream(getMethodParameters())
          .filter(parameter -> parameter.hasParameterAnnotation(RequestBody.class))
          .findFirst()
          .map(parameter -> args[parameter.getParameterIndex()])
          .orElse(null);
    }
  }
}
