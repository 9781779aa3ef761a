package io.usercenter.shard;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A statement that asks a guard each time before it is sent. */
final class GuardedStatement implements InvocationHandler {
  private final Statement delegate;
  private final @Nullable String sql; // null until it is executed with one
  private final StatementGuard guard;
  private final Map<Integer, Object> parameters = new ConcurrentHashMap<>();

  private GuardedStatement(Statement delegate, @Nullable String sql, StatementGuard guard) {
    this.delegate = delegate;
    this.sql = sql;
    this.guard = guard;
  }

  static <S extends Statement> S of(
      Class<S> kind, S delegate, @Nullable String sql, StatementGuard guard) {
    return Proxies.of(kind, new GuardedStatement(delegate, sql, guard));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    String name = method.getName();
    if (name.startsWith("execute") || name.equals("addBatch")) {
      if (arguments != null && arguments.length > 0 && arguments[0] instanceof String text) {
        guard.judge(text, List.of());
      } else if (sql != null && !name.equals("executeBatch") && !name.equals("executeLargeBatch")) {
        guard.judge(sql, parameters.values()); // batches were judged part by part
      }
    } else if (name.equals("clearParameters")) {
      parameters.clear();
    } else if (name.startsWith("set")
        && arguments != null
        && arguments.length >= 2
        && arguments[0] instanceof Integer index) {
      if (name.equals("setNull") || arguments[1] == null) {
        parameters.remove(index);
      } else {
        parameters.put(index, arguments[1]);
      }
    }
    return Proxies.call(delegate, method, arguments);
  }
}
