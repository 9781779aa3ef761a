package io.usercenter.platform;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.springframework.transaction.PlatformTransactionManager;
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
   *
   * @param shard every statement of the work must lead there
   */
  public <T> T in(Shard shard, Supplier<T> work, Predicate<T> good) {
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
