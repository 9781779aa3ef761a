package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.util.Set;

/**
 * What one request cost in databases: the shards it visited and the statements it sent. Opened on
 * the thread that serves the request; a borrow on that thread counts here, and so does every
 * statement made on the connection afterwards, on whichever thread. One opened inside another
 * counts into both.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class ShardVisits implements AutoCloseable {
  private ShardVisits() {}

  /** Starts counting on this thread until {@link #close}. */
  public static ShardVisits open() {
    return new ShardVisits();
  }

  /** The shards a connection was borrowed for. The admin database is none. */
  public Set<Shard> shards() {
    throw new UnsupportedOperationException();
  }

  /** How many statements were made, those for the admin database included. */
  public int statements() {
    throw new UnsupportedOperationException();
  }

  /** Stops counting; what was counted can still be read. */
  @Override
  public void close() {}
}
