package io.usercenter.shard;

import java.util.Collection;

/** Judges each statement of a request when it is sent, with its parameters, whoever made it. */
@FunctionalInterface
public interface StatementGuard {
  /**
   * Lets the statement be sent, or throws. What it throws should be no {@link
   * java.sql.SQLException}, or it would pass for a database that is away.
   *
   * @param parameters as they were set, in no order, without nulls
   */
  void judge(String sql, Collection<Object> parameters);
}
