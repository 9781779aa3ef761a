package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.Statement;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A statement that tells a watch when it is sent and when it is answered. */
final class WatchedStatement implements InvocationHandler {
  private static final Pattern OPERATION = Pattern.compile("\\s*([A-Za-z]{1,16})\\b");
  private static final Pattern TABLE =
      Pattern.compile(
          "[()]|\\b(?:FROM|INTO|UPDATE)\\s+(?:`?[a-z_]\\w*`?[.])?`?([a-z_][a-z0-9_]{0,63})\\b",
          Pattern.CASE_INSENSITIVE);

  private final Statement delegate;
  private final @Nullable Shard shard;
  private final @Nullable String sql; // null until it is executed with one
  private final StatementWatch watch;

  private WatchedStatement(
      Statement delegate, @Nullable Shard shard, @Nullable String sql, StatementWatch watch) {
    this.delegate = delegate;
    this.shard = shard;
    this.sql = sql;
    this.watch = watch;
  }

  static <S extends Statement> S of(
      Class<S> kind,
      S delegate,
      @Nullable Shard shard,
      @Nullable String sql,
      StatementWatch watch) {
    return Proxies.of(kind, new WatchedStatement(delegate, shard, sql, watch));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (!method.getName().startsWith("execute")) {
      return Proxies.call(delegate, method, arguments);
    }
    String text =
        arguments != null && arguments.length > 0 && arguments[0] instanceof String given
            ? given
            : sql;
    StatementWatch.Sent sent =
        watch.sent(
            shard, text == null ? "BATCH" : operation(text), text == null ? "" : table(text));
    try {
      Object answer = Proxies.call(delegate, method, arguments);
      sent.ended(null);
      return answer;
    } catch (Throwable e) {
      sent.ended(e);
      throw e;
    }
  }

  static String operation(String sql) {
    Matcher first = OPERATION.matcher(sql);
    return first.lookingAt() ? first.group(1).toUpperCase(Locale.ROOT) : "SQL";
  }

  /** The first that is not in parentheses, without its database. */
  static String table(String sql) {
    Matcher next = TABLE.matcher(sql);
    int open = 0;
    while (next.find()) {
      switch (next.group()) {
        case "(" -> open++;
        case ")" -> open--;
        default -> {
          if (open == 0) {
            return next.group(1);
          }
        }
      }
    }
    return "";
  }
}
