package io.usercenter.shard;

import io.usercenter.id.Shard;
import io.usercenter.shard.ShardHealth.Condition;
import io.usercenter.shard.ShardHealth.Status;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One database and whether it may be used now. */
final class GuardedDatabase {
  /** ER_BAD_DB_ERROR: unknown database. */
  private static final int UNKNOWN_DATABASE = 1049;

  /** ER_CLIENT_INTERACTION_TIMEOUT: the server has closed an idle connection; SQLSTATE HY000. */
  private static final int CLIENT_INTERACTION_TIMEOUT = 4031;

  private static final Duration RETRY_BUSY = Duration.ofSeconds(1);
  private static final Duration RETRY_DOWN = Duration.ofSeconds(2);
  private static final Duration RETRY_REFUSED = Duration.ofSeconds(30);

  private final String name;
  private final @Nullable Shard shard;
  private final MigrationScripts scripts;
  private final WatchedInstance instance;
  private volatile Condition condition;

  /**
   * One that nobody looked at yet.
   *
   * @param shard null for the admin database
   */
  GuardedDatabase(
      String name,
      @Nullable Shard shard,
      MigrationScripts scripts,
      WatchedInstance instance,
      Instant now) {
    this.name = name;
    this.shard = shard;
    this.scripts = scripts;
    this.instance = instance;
    this.condition = new Condition(instance.address(), Status.DOWN, "not looked at yet", now);
  }

  String name() {
    return name;
  }

  @Nullable Shard shard() {
    return shard;
  }

  MigrationScripts scripts() {
    return scripts;
  }

  WatchedInstance instance() {
    return instance;
  }

  Condition condition() {
    return condition;
  }

  /** Changes the status; the time stays when the status does. */
  void becomes(Status status, String reason, Instant now) {
    Condition before = condition;
    condition =
        new Condition(
            instance.address(), status, reason, before.status() == status ? before.since() : now);
  }

  /**
   * A connection.
   *
   * @param selected whether it comes with this database selected
   * @throws DatabaseUnavailableException within milliseconds when the database is known to be away,
   *     otherwise within the borrow timeout
   */
  Connection borrow(PoolUsage.Kind kind, boolean selected) throws DatabaseUnavailableException {
    try {
      return borrowOnce(kind, selected);
    } catch (StaleConnectionException e) {
      // The server was restarted: nothing was sent yet, so a fresh connection is as good.
      try {
        return borrowOnce(kind, selected);
      } catch (StaleConnectionException again) {
        throw unavailable("its connections break: " + again.getMessage(), RETRY_DOWN, again);
      }
    }
  }

  private Connection borrowOnce(PoolUsage.Kind kind, boolean selected)
      throws DatabaseUnavailableException, StaleConnectionException {
    FairPool.Lent lent = await(kind);
    try {
      if (selected) {
        lent.connection().setCatalog(name); // asks nobody when it is selected already
      }
      return new CountedConnection(lent, shard, instance::alarm);
    } catch (SQLException e) {
      giveBackAfter(e, lent);
      if (concernsInstance(e)) {
        instance.evict(kind);
        instance.alarm();
        throw new StaleConnectionException(e);
      }
      String reason = refusal(e);
      becomes(Status.REFUSED, reason, instance.now());
      throw unavailable(reason, RETRY_REFUSED, e);
    }
  }

  /** Whether an error tells of the server or the way to it, and not of one database. */
  static boolean concernsInstance(SQLException e) {
    return BrokenConnection.is(e)
        || e instanceof SQLTimeoutException
        || e.getErrorCode() == CLIENT_INTERACTION_TIMEOUT;
  }

  /** Why this database must not be used after an error that does not concern its instance. */
  String refusal(SQLException e) {
    return e.getErrorCode() == UNKNOWN_DATABASE
        ? "there is no database " + name
        : "it cannot be read: " + e.getMessage() + " (MySQL error " + e.getErrorCode() + ")";
  }

  private FairPool.Lent await(PoolUsage.Kind kind) throws DatabaseUnavailableException {
    FairPool pool = poolIfUp(kind);
    try {
      return pool.lend();
    } catch (SQLException e) {
      poolIfUp(kind); // it went down meanwhile: says why
      throw unavailable(String.valueOf(e.getMessage()), RETRY_BUSY, e);
    }
  }

  private FairPool poolIfUp(PoolUsage.Kind kind) throws DatabaseUnavailableException {
    Condition now = condition;
    if (now.status() == Status.REFUSED) {
      throw unavailable(now.reason(), RETRY_REFUSED, null);
    }
    FairPool pool = now.up() ? instance.pool(kind) : null;
    if (pool == null) {
      throw unavailable(condition.reason(), RETRY_DOWN, null);
    }
    return pool;
  }

  private static void giveBackAfter(SQLException thrown, FairPool.Lent lent) {
    try {
      lent.giveBack();
    } catch (SQLException e) {
      thrown.addSuppressed(e);
    }
  }

  private DatabaseUnavailableException unavailable(
      String reason, Duration retryAfter, @Nullable Throwable cause) {
    String where = reason + " (" + instance.address() + ")";
    return shard == null
        ? new DatabaseUnavailableException(
            "database " + name + " is unavailable: " + where, retryAfter, cause)
        : new ShardUnavailableException(shard, where, retryAfter, cause);
  }

  /** A pooled connection that no longer leads to the server. */
  private static final class StaleConnectionException extends Exception {
    StaleConnectionException(SQLException cause) {
      super(cause.getMessage(), cause);
    }
  }
}
