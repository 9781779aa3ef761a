package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.sql.SQLNonTransientException;

/**
 * A transaction was about to reach a second shard. The two could commit apart, so it is a mistake
 * in the program; the statement was not sent.
 */
public final class CrossShardTransactionException extends SQLNonTransientException {
  /** SQLSTATE 25000: invalid transaction state. */
  private static final String SQL_STATE = "25000";

  CrossShardTransactionException(Shard open, Shard second) {
    super(
        "a transaction on shard "
            + open
            + " is open on this thread, one on shard "
            + second
            + " was asked for",
        SQL_STATE);
  }
}
