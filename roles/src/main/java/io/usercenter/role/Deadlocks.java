package io.usercenter.role;

import java.sql.SQLException;

/** A statement that lost a deadlock was rolled back whole and may simply run again. */
final class Deadlocks {
  private static final int MOST = 5;
  private static final int ER_LOCK_DEADLOCK = 1213;

  private Deadlocks() {}

  /** One transaction. */
  @FunctionalInterface
  interface Write {
    void run() throws SQLException;
  }

  static void retrying(Write write) throws SQLException {
    for (int deadlocks = 0; ; deadlocks++) {
      try {
        write.run();
        return;
      } catch (SQLException e) {
        if (e.getErrorCode() != ER_LOCK_DEADLOCK || deadlocks == MOST) {
          throw e;
        }
      }
    }
  }
}
