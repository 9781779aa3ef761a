package io.usercenter.shard;

import io.usercenter.id.Shard;
import org.jspecify.annotations.Nullable;

/** Sees the statements of a request while they run, on whichever thread. */
public interface StatementWatch {
  /**
   * A statement goes to a database.
   *
   * @param shard null for the admin database
   * @param operation such as {@code SELECT}, {@code COMMIT}
   * @param table the first one it names; empty when there is none
   */
  Sent sent(@Nullable Shard shard, String operation, String table);

  /** A statement that is running. */
  @FunctionalInterface
  interface Sent {
    /** It was answered, or failed. */
    void ended(@Nullable Throwable failure);
  }
}
