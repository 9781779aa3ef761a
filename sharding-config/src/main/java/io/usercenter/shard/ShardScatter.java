package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Queries over all shards, for operators and verifiers. Instances are asked side by side, and of
 * one instance as many shards at a time as it has connections that requests never wait for.
 */
public final class ShardScatter {
  /**
   * Begins the SELECTs of those who wait for a page, so that MySQL itself ends one that finds no
   * end, whatever became of who asked. A comment to MariaDB.
   */
  public static final String AT_MOST_A_SECOND = " /*+ MAX_EXECUTION_TIME(1000) */ ";

  /** How long somebody who waits for a page waits at most. */
  public static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Duration UNBOUNDED = Duration.ofDays(1);

  private final ShardPools pools;
  private final Duration atMost;

  /** What to do with each shard. */
  @FunctionalInterface
  public interface Query<T> {
    /** Runs on a connection with the shard's database selected; the caller closes it. */
    T on(Shard shard, Connection connection) throws SQLException;
  }

  /**
   * What came back.
   *
   * @param answers by shard
   * @param missing the shards that did not answer, and why; whoever shows the answers says so
   */
  public record Gathered<T>(SortedMap<Shard, T> answers, SortedMap<Shard, SQLException> missing) {
    private Gathered() {
      this(new ConcurrentSkipListMap<>(), new ConcurrentSkipListMap<>());
    }
  }

  /** For commands, which may take their time. */
  public ShardScatter(ShardPools pools) {
    this(pools, UNBOUNDED);
  }

  /**
   * For somebody who waits.
   *
   * @param atMost how long a query over all shards may take; then what is under way is cut off, and
   *     the shards that have not answered are missing
   */
  public ShardScatter(ShardPools pools, Duration atMost) {
    this.pools = pools;
    this.atMost = atMost;
  }

  /** Asks every shard. The visits count into the {@link ShardVisits} of the caller. */
  public <T> Gathered<T> ask(Query<T> query) throws InterruptedException {
    Map<MySqlInstance, List<Shard>> byInstance =
        pools.health().shards().stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.condition().instance(),
                    Collectors.mapping(ShardHealth.Row::shard, Collectors.toList())));
    Gathered<T> gathered = new Gathered<>();
    ShardVisits visits = ShardVisits.current();
    Instant end = pools.clock().instant().plus(atMost);
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> parts = new ArrayList<>();
      for (List<Shard> some : byInstance.values()) {
        Queue<Shard> unasked = new ConcurrentLinkedQueue<>(some);
        for (int i = Math.min(pools.scatterConnections(), some.size()); i > 0; i--) {
          parts.add(
              executor.submit(
                  () -> ShardVisits.within(visits, () -> ask(unasked, query, end, gathered))));
        }
      }
      try {
        for (Future<Boolean> part : parts) {
          var _ = part.get(Math.max(0, left(end).toMillis()), TimeUnit.MILLISECONDS);
        }
      } catch (TimeoutException e) {
        // An interrupt closes the socket of a virtual thread that reads from it; MySQL ends the
        // statement by AT_MOST_A_SECOND.
        executor.shutdownNow();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a query over all shards failed", e.getCause());
      }
    }
    return gathered;
  }

  private <T> Boolean ask(Queue<Shard> unasked, Query<T> query, Instant end, Gathered<T> gathered) {
    for (Shard shard = unasked.poll(); shard != null; shard = unasked.poll()) {
      if (left(end).isNegative() || Thread.currentThread().isInterrupted()) {
        gathered
            .missing()
            .put(shard, new SQLTimeoutException("not asked within " + atMost.toMillis() + " ms"));
        continue;
      }
      try (Connection connection = pools.scatter(shard).getConnection()) {
        gathered.answers().put(shard, query.on(shard, connection));
      } catch (SQLException e) {
        gathered.missing().put(shard, e);
      }
    }
    return true;
  }

  private Duration left(Instant end) {
    return Duration.between(pools.clock().instant(), end);
  }
}
