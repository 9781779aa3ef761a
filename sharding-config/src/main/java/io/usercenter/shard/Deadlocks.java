package io.usercenter.shard;

import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction that lost a deadlock was rolled back whole, while the other side goes on, so it may
 * simply run again (MySQL Reference Manual, "Deadlocks in InnoDB").
 */
public final class Deadlocks {
  private static final Logger log = LoggerFactory.getLogger(Deadlocks.class);

  /** Of a crowd that wants one row, one gets through at each attempt. */
  private static final int ATTEMPTS = 10;

  /** Waiting too long for a lock is another one. */
  private static final int ER_LOCK_DEADLOCK = 1213;

  private Deadlocks() {}

  /** One whole transaction, which does nothing but write to one database. */
  @FunctionalInterface
  public interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /** One whole transaction without a result. */
  @FunctionalInterface
  public interface Write {
    void run() throws SQLException;
  }

  /** Runs the transaction, again when it lost a deadlock, ten times at most. */
  public static <T, E extends Exception> T retrying(Work<T, E> work) throws E {
    for (int attempt = 1; ; attempt++) {
      try {
        return work.run();
      } catch (Exception e) {
        if (attempt == ATTEMPTS || !isDeadlock(e)) {
          throw e;
        }
        log.debug("lost a deadlock, trying again", e);
      }
    }
  }

  /** The same without a result. */
  public static void retryingWrite(Write write) throws SQLException {
    Deadlocks.<Boolean, SQLException>retrying(
        () -> {
          write.run();
          return true;
        });
  }

  /** Whatever ShardingSphere, Spring or MyBatis made of it. */
  private static boolean isDeadlock(Throwable thrown) {
    return SqlCauses.any(thrown, sql -> sql.getErrorCode() == ER_LOCK_DEADLOCK);
  }
}
