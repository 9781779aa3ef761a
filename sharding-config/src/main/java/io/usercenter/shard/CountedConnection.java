package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A borrowed connection: its statements count into the account that was open at the borrow, its
 * transaction stays on one shard, and a connection that broke raises the alarm.
 */
final class CountedConnection extends ForwardingConnection {
  private final FairPool.Lent lent;
  private final @Nullable Shard shard;
  private final @Nullable ShardVisits visits;
  private final Runnable broken;
  private @Nullable ShardTransaction transaction;
  private boolean closed;

  /**
   * Wraps a connection.
   *
   * @param shard null for the admin database
   * @param broken called when it turns out on return that the connection broke
   */
  CountedConnection(FairPool.Lent lent, @Nullable Shard shard, Runnable broken) {
    super(lent.connection());
    this.lent = lent;
    this.shard = shard;
    this.visits = ShardVisits.current();
    this.broken = broken;
    if (visits != null && shard != null) {
      visits.visited(shard);
    }
  }

  private void sent() {
    if (visits != null) {
      visits.sent();
    }
  }

  private <S extends Statement> S observed(Class<S> kind, S statement, @Nullable String sql) {
    StatementWatch watch = watch();
    S watched = watch == null ? statement : WatchedStatement.of(kind, statement, shard, sql, watch);
    StatementGuard guard = visits == null ? null : visits.guard();
    return guard == null ? watched : GuardedStatement.of(kind, watched, sql, guard);
  }

  private @Nullable StatementWatch watch() {
    return visits == null ? null : visits.watch();
  }

  @Override
  public void commit() throws SQLException {
    StatementWatch watch = watch();
    if (watch == null) {
      super.commit();
      return;
    }
    StatementWatch.Sent sent = watch.sent(shard, "COMMIT", "");
    try {
      super.commit();
      sent.ended(null);
    } catch (SQLException e) {
      sent.ended(e);
      throw e;
    }
  }

  /**
   * Begins a transaction (false).
   *
   * @throws CrossShardTransactionException if this thread has one open on another shard; the
   *     connection is given back then, since ShardingSphere loses it
   */
  @Override
  public void setAutoCommit(boolean autoCommit) throws SQLException {
    if (autoCommit) {
      leaveTransaction();
    } else if (shard != null && transaction == null) {
      try {
        transaction = ShardTransaction.enter(shard);
      } catch (CrossShardTransactionException e) {
        close();
        throw e;
      }
    }
    super.setAutoCommit(autoCommit);
  }

  private void leaveTransaction() {
    if (transaction != null) {
      transaction.leave();
      transaction = null;
    }
  }

  @Override
  public void close() throws SQLException {
    leaveTransaction();
    if (closed) {
      return; // by now it may be somebody else's
    }
    closed = true;
    boolean broke = delegate.isClosed(); // the pool closes what fails
    lent.giveBack();
    if (broke) {
      broken.run();
    }
  }

  @Override
  public boolean isClosed() throws SQLException {
    return closed || delegate.isClosed();
  }

  @Override
  public Statement createStatement() throws SQLException {
    sent();
    return observed(Statement.class, super.createStatement(), null);
  }

  @Override
  public Statement createStatement(int type, int concurrency) throws SQLException {
    sent();
    return observed(Statement.class, super.createStatement(type, concurrency), null);
  }

  @Override
  public Statement createStatement(int type, int concurrency, int holdability) throws SQLException {
    sent();
    return observed(Statement.class, super.createStatement(type, concurrency, holdability), null);
  }

  @Override
  public PreparedStatement prepareStatement(String sql) throws SQLException {
    sent();
    return observed(PreparedStatement.class, super.prepareStatement(sql), sql);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int keys) throws SQLException {
    sent();
    return observed(PreparedStatement.class, super.prepareStatement(sql, keys), sql);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int[] columnIndexes) throws SQLException {
    sent();
    return observed(PreparedStatement.class, super.prepareStatement(sql, columnIndexes), sql);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, String[] columnNames) throws SQLException {
    sent();
    return observed(PreparedStatement.class, super.prepareStatement(sql, columnNames), sql);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int type, int concurrency)
      throws SQLException {
    sent();
    return observed(PreparedStatement.class, super.prepareStatement(sql, type, concurrency), sql);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
      throws SQLException {
    sent();
    return observed(
        PreparedStatement.class, super.prepareStatement(sql, type, concurrency, holdability), sql);
  }

  @Override
  public CallableStatement prepareCall(String sql) throws SQLException {
    sent();
    return observed(CallableStatement.class, super.prepareCall(sql), sql);
  }

  @Override
  public CallableStatement prepareCall(String sql, int type, int concurrency) throws SQLException {
    sent();
    return observed(CallableStatement.class, super.prepareCall(sql, type, concurrency), sql);
  }

  @Override
  public CallableStatement prepareCall(String sql, int type, int concurrency, int holdability)
      throws SQLException {
    sent();
    return observed(
        CallableStatement.class, super.prepareCall(sql, type, concurrency, holdability), sql);
  }
}
