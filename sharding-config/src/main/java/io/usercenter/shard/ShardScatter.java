package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Queries over all shards, for operators and verifiers. Instances are asked side by side, the
 * shards of one instance one after the other, on connections that requests never wait for.
 */
public final class ShardScatter {
  private final ShardPools pools;

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
  public record Gathered<T>(SortedMap<Shard, T> answers, SortedMap<Shard, SQLException> missing) {}

  public ShardScatter(ShardPools pools) {
    this.pools = pools;
  }

  /** Asks every shard. The visits count into the {@link ShardVisits} of the caller. */
  public <T> Gathered<T> ask(Query<T> query) throws InterruptedException {
    Map<MySqlInstance, List<Shard>> byInstance =
        pools.health().shards().stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.condition().instance(),
                    Collectors.mapping(ShardHealth.Row::shard, Collectors.toList())));
    Gathered<T> gathered = new Gathered<>(new TreeMap<>(), new TreeMap<>());
    ShardVisits visits = ShardVisits.current();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Gathered<T>>> parts = new ArrayList<>();
      byInstance
          .values()
          .forEach(
              some ->
                  parts.add(
                      executor.submit(() -> ShardVisits.within(visits, () -> ask(some, query)))));
      for (Future<Gathered<T>> part : parts) {
        Gathered<T> some = part.get();
        gathered.answers().putAll(some.answers());
        gathered.missing().putAll(some.missing());
      }
      return gathered;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a query over all shards failed", e.getCause());
    }
  }

  private <T> Gathered<T> ask(List<Shard> some, Query<T> query) {
    Gathered<T> gathered = new Gathered<>(new TreeMap<>(), new TreeMap<>());
    for (Shard shard : some) {
      try (Connection connection = pools.scatter(shard).getConnection()) {
        gathered.answers().put(shard, query.on(shard, connection));
      } catch (SQLException e) {
        gathered.missing().put(shard, e);
      }
    }
    return gathered;
  }
}
