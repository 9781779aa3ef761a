package io.usercenter.shard;

import java.sql.SQLException;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What MySQL said, inside of what Spring or MyBatis threw. */
final class SqlCauses {
  /** So that causes in a circle end. */
  private static final int MOST = 50;

  private SqlCauses() {}

  /** Whether it is itself such an error, or has one among its causes. */
  static boolean any(Throwable thrown, Predicate<SQLException> such) {
    return Stream.iterate(thrown, cause -> cause != null, Throwable::getCause)
        .limit(MOST)
        .anyMatch(cause -> cause instanceof SQLException sql && such.test(sql));
  }
}
