package io.usercenter.platform;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Stops the start when a controller method of ours would answer without knowing who asks. */
final class CallersAreChecked implements SmartInitializingSingleton {
  private final List<RequestMappingHandlerMapping> mappings;

  CallersAreChecked(List<RequestMappingHandlerMapping> mappings) {
    this.mappings = mappings;
  }

  @Override
  public void afterSingletonsInstantiated() {
    List<String> unguarded = new ArrayList<>();
    for (RequestMappingHandlerMapping mapping : mappings) {
      mapping
          .getHandlerMethods()
          .forEach(
              (route, handler) -> {
                Method method = handler.getMethod();
                if (method.getDeclaringClass().getName().startsWith("io.usercenter.")
                    && !isGuarded(method)) {
                  unguarded.add(route + " -> " + method);
                }
              });
    }
    if (!unguarded.isEmpty()) {
      throw new IllegalStateException(
          "these endpoints take no Caller and are not marked @Open: " + unguarded);
    }
  }

  static boolean isGuarded(Method method) {
    return method.isAnnotationPresent(Open.class)
        || Arrays.stream(method.getParameterTypes()).anyMatch(Caller.class::isAssignableFrom);
  }
}
