package io.usercenter.platform;

import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Transactions in {@code usercenter_admin}. */
public final class AdminTransactions {
  private final TransactionTemplate transaction;

  public AdminTransactions(DataSource admin) {
    this.transaction = new TransactionTemplate(new DataSourceTransactionManager(admin));
  }

  /**
   * Runs the work in one transaction, or in the one that is open already. An exception rolls back.
   */
  public <T> T in(Supplier<T> work) {
    T done = transaction.execute(status -> work.get());
    if (done == null) {
      throw new IllegalStateException("work in the admin database returned null");
    }
    return done;
  }
}
