package io.usercenter.shard;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Objects that stand in front of others of the same interface. */
final class Proxies {
  private Proxies() {}

  static <T> T of(Class<T> kind, InvocationHandler handler) {
    return kind.cast(
        Proxy.newProxyInstance(Proxies.class.getClassLoader(), new Class<?>[] {kind}, handler));
  }

  /** Calls it; throws what it throws. */
  static @Nullable Object call(Object on, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
