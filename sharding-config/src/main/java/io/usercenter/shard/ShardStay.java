package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stay in one shard: while it lasts, what this thread asks the shard for, one statement after the
 * other, goes over one connection. Without it every statement borrows one, and mostly gets one that
 * served another shard before, on which the database has to be selected first.
 *
 * <p>It holds a connection from the first statement on, so it must be short, and nothing that waits
 * for others belongs in it. Whoever asks while the connection is in use gets another one.
 */
public final class ShardStay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShardStay.class);
  private static final ThreadLocal<@Nullable ShardStay> CURRENT = new ThreadLocal<>();

  private final Shard shard;
  private final @Nullable ShardStay outer;
  private @Nullable Connection idle;

  private ShardStay(Shard shard, @Nullable ShardStay outer) {
    this.shard = shard;
    this.outer = outer;
  }

  /** Begins on this thread, and lasts until {@link #close}. */
  public static ShardStay in(Shard shard) {
    ShardStay stay = new ShardStay(shard, CURRENT.get());
    CURRENT.set(stay);
    return stay;
  }

  /** That of this thread in this shard. */
  static @Nullable ShardStay at(@Nullable Shard shard) {
    ShardStay stay = CURRENT.get();
    return stay != null && stay.shard.equals(shard) ? stay : null;
  }

  /** The connection, with the shard's database selected; null when there is none to be had. */
  @Nullable Connection take() {
    Connection taken = idle;
    idle = null;
    return taken;
  }

  /**
   * Keeps a connection that is in order for the next statement.
   *
   * @return false when it has to go back to its pool
   */
  boolean keep(Connection connection) throws SQLException {
    if (CURRENT.get() != this || idle != null || !connection.getAutoCommit()) {
      return false;
    }
    idle = connection;
    return true;
  }

  /** Gives the connection back. */
  @Override
  public void close() {
    if (CURRENT.get() != this) {
      return; // closed twice, or on a thread that did not begin it
    }
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
    Connection last = take();
    if (last != null) {
      try {
        last.close();
      } catch (SQLException e) {
        // What was asked is answered, and the pool has dropped the connection.
        LOG.debug("a connection to shard {} could not be given back", shard, e);
      }
    }
  }
}
