package io.usercenter.shard;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import io.usercenter.shard.PoolUsage.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A pool that lends its connections in the order in which they are asked for. HikariCP lets those
 * who come later go first; with more waiting than it serves in a second, some of them wait in vain
 * while others do not wait at all.
 */
final class FairPool implements AutoCloseable {
  /** A try to get a connection from HikariCP, the shortest it accepts. */
  private static final Duration TRY = Duration.ofMillis(250);

  private final HikariDataSource pool;
  private final Duration timeout;
  private final Runnable alarm;
  private final Semaphore turns; // as many as connections, so that HikariCP has nobody waiting
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * A pool that is open.
   *
   * @param config whose connection timeout is set here
   * @param timeout how long to wait for a turn, and then as long again for a connection that has to
   *     be made
   * @param alarm called when one of the two did not come in time
   */
  FairPool(HikariConfig config, Duration timeout, Runnable alarm) {
    this.timeout = timeout;
    this.alarm = alarm;
    config.setConnectionTimeout(TRY.toMillis());
    pool = new HikariDataSource(config);
    turns = new Semaphore(config.getMaximumPoolSize(), true);
  }

  /**
   * A connection, when it is the caller's turn.
   *
   * @throws SQLTimeoutException when that does not come in time
   * @throws SQLException when no connection could be made in time, or the pool was closed meanwhile
   */
  Lent lend() throws SQLException {
    try {
      if (!turns.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        alarm.run();
        throw new SQLTimeoutException(
            "no connection was free within %d ms: %d in use, %d more waiting"
                .formatted(timeout.toMillis(), pool.getMaximumPoolSize(), waiting()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while waiting for a connection", e);
    }
    boolean lent = false;
    try {
      Connection connection = connection();
      lent = true;
      return new Lent(connection, turns);
    } finally {
      if (!lent) {
        turns.release();
      }
    }
  }

  /** In tries, so that nobody goes on waiting for an instance that turned out to be down. */
  private Connection connection() throws SQLException {
    for (Duration left = timeout; !closed.get(); left = left.minus(TRY)) {
      try {
        return pool.getConnection();
      } catch (SQLException e) {
        alarm.run();
        if (left.compareTo(TRY) <= 0) {
          throw e;
        }
      }
    }
    throw new SQLException("the pool was closed meanwhile");
  }

  /** Throws out what the pool holds; what is lent goes when it comes back. */
  void evict() {
    pool.getHikariPoolMXBean().softEvictConnections();
  }

  /** How busy it is. */
  PoolUsage usage(MySqlInstance address, Kind kind) {
    HikariPoolMXBean bean = pool.getHikariPoolMXBean();
    return new PoolUsage(
        address,
        kind,
        bean.getActiveConnections(),
        bean.getIdleConnections(),
        waiting() + bean.getThreadsAwaitingConnection(),
        pool.getMaximumPoolSize());
  }

  private int waiting() {
    return turns.getQueueLength();
  }

  /** Lets those go who wait, who are told that it is closed; cuts the connections in use. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      turns.release(Integer.MAX_VALUE / 2);
    }
    pool.close();
  }

  /**
   * A connection that is lent.
   *
   * @param turns where the turn goes back to
   */
  record Lent(Connection connection, Semaphore turns) {
    /** Ends the loan, whether or not that throws; to be called once. */
    void giveBack() throws SQLException {
      try {
        connection.close();
      } finally {
        turns.release();
      }
    }
  }
}
