package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What one request cost in databases: the shards it visited and the statements it sent. Opened on
 * the thread that serves the request; a borrow on that thread counts here, and so does every
 * statement made on the connection afterwards, on whichever thread. One opened inside another
 * counts into both.
 */
public final class ShardVisits implements AutoCloseable {
  private static final ThreadLocal<@Nullable ShardVisits> CURRENT = new ThreadLocal<>();

  private final @Nullable ShardVisits outer;
  private final AtomicInteger shards = new AtomicInteger(); // bit n: shard n
  private final AtomicInteger statements = new AtomicInteger();
  private final @Nullable StatementWatch watch;
  private volatile @Nullable StatementGuard guard;

  private ShardVisits(@Nullable ShardVisits outer, @Nullable StatementWatch watch) {
    this.outer = outer;
    this.watch = watch == null && outer != null ? outer.watch : watch;
  }

  /** Starts counting on this thread until {@link #close}. */
  public static ShardVisits open() {
    return open(null);
  }

  /**
   * Starts counting on this thread until {@link #close}.
   *
   * @param watch sees every statement that counts here; null leaves it to the one of the account
   *     that is open already
   */
  public static ShardVisits open(@Nullable StatementWatch watch) {
    ShardVisits visits = new ShardVisits(current(), watch);
    CURRENT.set(visits);
    return visits;
  }

  /**
   * From now on every statement that counts here is judged first, on whichever thread.
   *
   * @throws IllegalStateException if nothing is counted on this thread
   */
  public static void guardBy(StatementGuard guard) {
    ShardVisits visits = current();
    if (visits == null) {
      throw new IllegalStateException("nothing to guard: no request is counted on this thread");
    }
    visits.guard = guard;
  }

  /** Who judges the statements of this thread; null when nobody does. */
  public static @Nullable StatementGuard currentGuard() {
    ShardVisits visits = current();
    return visits == null ? null : visits.guard();
  }

  @Nullable StatementGuard guard() {
    for (ShardVisits account = this; account != null; account = account.outer) {
      if (account.guard != null) {
        return account.guard;
      }
    }
    return null;
  }

  @Nullable StatementWatch watch() {
    return watch;
  }

  /** The innermost account that is open on this thread. */
  static @Nullable ShardVisits current() {
    return CURRENT.get();
  }

  /** Does some work on this thread as part of an account of another thread's. */
  static <T> T within(@Nullable ShardVisits account, Callable<T> work) throws Exception {
    ShardVisits before = CURRENT.get();
    CURRENT.set(account);
    try {
      return work.call();
    } finally {
      CURRENT.set(before);
    }
  }

  void visited(Shard shard) {
    for (ShardVisits account = this; account != null; account = account.outer) {
      int bit = 1 << shard.number();
      if ((account.shards.get() & bit) == 0) {
        account.shards.accumulateAndGet(bit, (before, added) -> before | added);
      }
    }
  }

  void sent() {
    for (ShardVisits account = this; account != null; account = account.outer) {
      account.statements.incrementAndGet();
    }
  }

  /** The shards a connection was borrowed for. The admin database is none. */
  public Set<Shard> shards() {
    int mask = shards.get();
    Set<Shard> visited = new TreeSet<>();
    for (Shard shard : Shards.all()) {
      if ((mask >>> shard.number() & 1) == 1) {
        visited.add(shard);
      }
    }
    return visited;
  }

  /** How many shards a connection was borrowed for; allocates nothing. */
  public int shardCount() {
    return Integer.bitCount(shards.get());
  }

  /** How many statements were made, those for the admin database included. */
  public int statements() {
    return statements.get();
  }

  /** Stops counting; what was counted can still be read. */
  @Override
  public void close() {
    if (CURRENT.get() != this) {
      return; // closed twice, or on a thread that did not open it
    }
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
  }
}
