package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Keeps a thread to one shard while a transaction is open on it. */
final class ShardTransaction {
  private static final ThreadLocal<@Nullable ShardTransaction> OPEN = new ThreadLocal<>();

  private final Shard shard;
  private final AtomicInteger connections = new AtomicInteger();

  private ShardTransaction(Shard shard) {
    this.shard = shard;
  }

  /** To be undone with {@link #leave}, on any thread. */
  static ShardTransaction enter(Shard shard) throws CrossShardTransactionException {
    ShardTransaction open = OPEN.get();
    if (open == null || open.connections.get() == 0) {
      open = new ShardTransaction(shard);
      OPEN.set(open);
    } else if (!open.shard.equals(shard)) {
      throw new CrossShardTransactionException(open.shard, shard);
    }
    open.connections.incrementAndGet();
    return open;
  }

  void leave() {
    if (connections.decrementAndGet() == 0 && OPEN.get() == this) {
      OPEN.remove();
    }
  }
}
