package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A statement that is prepared when its parameters are known: in the shard they lead to, or by
 * ShardingSphere while {@link StatementRoutes} do not know.
 */
final class RoutedStatement implements InvocationHandler {
  private final RoutedConnection connection;
  private final String sql;
  private final List<Call> settings = new ArrayList<>();
  private final Map<Integer, Call> parameters = new HashMap<>();

  /** By index from 0, as {@link StatementRoutes} want them. */
  private final Map<Integer, Object> values = new HashMap<>();

  private @Nullable PreparedStatement target;
  private boolean closed;

  /** Something to be done to a statement once it is prepared. */
  private interface Call {
    void on(PreparedStatement statement) throws Throwable;
  }

  private RoutedStatement(RoutedConnection connection, String sql) {
    this.connection = connection;
    this.sql = sql;
  }

  static PreparedStatement on(RoutedConnection connection, String sql) {
    return Proxies.of(PreparedStatement.class, new RoutedStatement(connection, sql));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    Object[] given = arguments == null ? new Object[0] : arguments;
    return switch (method.getName()) {
      case "hashCode" -> System.identityHashCode(proxy);
      case "equals" ->
          given[0] instanceof Proxy && Proxy.getInvocationHandler(given[0]).equals(this);
      case "toString" -> sql;
      case "getConnection" -> connection;
      case "isClosed" -> closed;
      case "close" -> close();
      case "clearParameters" -> clear();
      case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" ->
          given.length == 0 ? execute(method) : Proxies.call(prepared(), method, given);
      case "addBatch" -> Proxies.call(filled(prepared()), method, given);
      default -> other(method, given);
    };
  }

  private @Nullable Object other(Method method, Object[] given) throws Throwable {
    if (setsParameter(method)) {
      int index = (Integer) given[0];
      parameters.put(index, statement -> Proxies.call(statement, method, given));
      if (given[1] == null || method.getName().equals("setNull")) {
        values.remove(index - 1);
      } else {
        values.put(index - 1, given[1]);
      }
      return null;
    }
    if (target == null && method.getName().startsWith("set") && given.length == 1) {
      settings.add(statement -> Proxies.call(statement, method, given));
      return null;
    }
    return Proxies.call(prepared(), method, given);
  }

  private @Nullable Object close() throws SQLException {
    closed = true;
    release();
    return null;
  }

  private @Nullable Object clear() {
    parameters.clear();
    values.clear();
    return null;
  }

  private static boolean setsParameter(Method method) {
    return method.getName().startsWith("set")
        && method.getParameterCount() > 1
        && method.getParameterTypes()[0] == int.class;
  }

  private Object execute(Method method) throws Throwable {
    release();
    Optional<Shard> shard = connection.routes().shard(sql, values);
    if (shard.isPresent()) {
      target = connection.prepareIn(shard.get(), sql);
      return answer(filled(target), method);
    }
    PreparedStatement anywhere = filled(prepared());
    return connection.routes().<Object, Throwable>learn(sql, () -> answer(anywhere, method));
  }

  /** What it answers when it is sent. */
  private static Object answer(PreparedStatement statement, Method method) throws Throwable {
    return Objects.requireNonNull(Proxies.call(statement, method, null));
  }

  /** What was prepared last, or now by ShardingSphere. */
  private PreparedStatement prepared() throws SQLException {
    PreparedStatement statement = target;
    if (statement == null) {
      statement = connection.prepareByShardingSphere(sql);
      target = statement;
    }
    return statement;
  }

  private PreparedStatement filled(PreparedStatement statement) throws Throwable {
    for (Call setting : settings) {
      setting.on(statement);
    }
    for (Call parameter : parameters.values()) {
      parameter.on(statement);
    }
    return statement;
  }

  private void release() throws SQLException {
    if (target != null) {
      target.close();
      target = null;
    }
  }
}
