package io.usercenter.platform;

import io.usercenter.id.UserId;
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
    T result = transaction.execute(status -> work.get());
    if (result == null) {
      throw new IllegalStateException("work for user " + owner + " returned null");
    }
    return result;
  }
}
