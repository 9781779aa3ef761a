package io.usercenter.platform;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import java.sql.SQLException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Transactions in the shard of one user. Nothing is ever done in two shards in one transaction. */
public final class ShardTransactions {
  private static final Logger log = LoggerFactory.getLogger(ShardTransactions.class);

  /** Of a crowd that wants one name, one gets through at each attempt. */
  private static final int ATTEMPTS = 10;

  /** ER_LOCK_DEADLOCK (MySQL error reference). Waiting too long for a lock is another one. */
  private static final int DEADLOCK = 1213;

  private final TransactionTemplate transaction;

  ShardTransactions(PlatformTransactionManager manager) {
    this.transaction = new TransactionTemplate(manager);
  }

  /**
   * Runs the work in one transaction, or in the one that is open already. An exception rolls back.
   *
   * @param owner whose shard it is; every statement of the work must name this user
   */
  public <T> T in(UserId owner, Supplier<T> work) {
    return in(owner.shard(), work, result -> true);
  }

  /**
   * Runs the work in one transaction, and takes back what it wrote when its result is not good.
   * Runs it again when it lost a deadlock, so it must not do anything but write to the shard.
   *
   * @param shard every statement of the work must lead there
   */
  public <T> T in(Shard shard, Supplier<T> work, Predicate<T> good) {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(shard, work, good);
      } catch (PessimisticLockingFailureException e) {
        // MySQL has taken everything back, the other side goes on (manual, "Deadlocks in InnoDB").
        if (attempt == ATTEMPTS
            || !isDeadlock(e)
            || TransactionSynchronizationManager.isActualTransactionActive()) {
          throw e;
        }
        log.debug("a deadlock in shard {}, trying again", shard, e);
      }
    }
  }

  private static boolean isDeadlock(PessimisticLockingFailureException e) {
    return NestedExceptionUtils.getMostSpecificCause(e) instanceof SQLException cause
        && cause.getErrorCode() == DEADLOCK;
  }

  private <T> T once(Shard shard, Supplier<T> work, Predicate<T> good) {
    T done =
        transaction.execute(
            status -> {
              T result = work.get();
              if (!good.test(result)) {
                status.setRollbackOnly();
              }
              return result;
            });
    if (done == null) {
      throw new IllegalStateException("work in shard " + shard + " returned null");
    }
    return done;
  }
}
