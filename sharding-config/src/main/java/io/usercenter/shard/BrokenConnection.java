package io.usercenter.shard;

import java.sql.SQLException;

/**
 * Errors of a connection that ended before the answer came: SQLSTATE class 08 (ISO 9075-2). Whether
 * the statement was carried out is not known.
 */
public final class BrokenConnection {
  private BrokenConnection() {}

  /** Whether this is one. */
  public static boolean is(SQLException e) {
    return e.getSQLState() != null && e.getSQLState().startsWith("08");
  }

  /** Whether one is among the causes of what Spring or MyBatis threw. */
  public static boolean in(Throwable thrown) {
    return SqlCauses.any(thrown, BrokenConnection::is);
  }
}
