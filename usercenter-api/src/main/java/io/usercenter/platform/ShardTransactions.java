package io.usercenter.platform;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.shard.Deadlocks;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Transactions in the shard of one user. Nothing is ever done in two shards in one transaction. */
public final class ShardTransactions {
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
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      return once(shard, work, good); // a part of a transaction cannot run again by itself
    }
    return Deadlocks.retrying(() -> once(shard, work, good));
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
