package io.usercenter.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.usercenter.id.GeneFunction;
import io.usercenter.id.Shard;
import io.usercenter.shard.PoolUsage.Kind;
import io.usercenter.testkit.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Many want the one connection to a server. */
class FairPoolTest {
  private static final Shard SHARD = new Shard(19);
  private static final int CALLERS = 8;

  private final Fleet fleet = Fleet.of(GeneFunction.CRC32);

  private ShardPools pools(Duration borrowTimeout) {
    DatabaseSettings one = Fleet.settings(fleet.topology(), 1);
    return fleet.open(
        new DatabaseSettings(
            one.topology(),
            one.admin(),
            one.user(),
            one.password(),
            one.connectionsPerInstance(),
            one.scatterConnectionsPerInstance(),
            one.adminConnections(),
            one.connectTimeout(),
            borrowTimeout,
            one.socketTimeout(),
            one.probeInterval()),
        null);
  }

  private PoolUsage usage(ShardPools pools) {
    return pools.usage().stream()
        .filter(pool -> pool.kind() == Kind.REQUESTS)
        .filter(pool -> pool.instance().toString().equals(fleet.high().address()))
        .findFirst()
        .orElseThrow();
  }

  /** Starts them one after the other, each when the one before waits. */
  private <T> List<Future<T>> inLine(
      ExecutorService threads, ShardPools pools, List<? extends Callable<T>> callers) {
    List<Future<T>> started = new ArrayList<>();
    for (Callable<T> caller : callers) {
      started.add(threads.submit(caller));
      await().until(() -> usage(pools).waiting() == started.size());
    }
    return started;
  }

  @Test
  void whoCameFirstIsServedFirst() throws Exception {
    try (ShardPools pools = pools(Duration.ofSeconds(60));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      LinkedBlockingQueue<Integer> served = new LinkedBlockingQueue<>();
      List<Callable<Void>> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        int caller = i;
        callers.add(
            () -> {
              // Whose turn it was asks again at once, and must not get in before the others.
              for (int turn = 0; turn < 3; turn++) {
                use(pools, () -> served.add(caller));
              }
              return null;
            });
      }
      List<Future<Void>> started;
      try (Connection held = pools.of(SHARD).getConnection()) {
        assertThat(held.isValid(10)).isTrue();
        started = inLine(threads, pools, callers);
        assertThat(usage(pools)).returns(1, PoolUsage::active).returns(1, PoolUsage::max);
      }
      for (Future<Void> each : started) {
        each.get();
      }
      assertThat(served.stream().limit(CALLERS)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
      assertThat(served).hasSize(3 * CALLERS);
      assertThat(usage(pools)).returns(0, PoolUsage::active).returns(0, PoolUsage::waiting);
    }
  }

  private static void use(ShardPools pools, Runnable work) throws SQLException {
    try (Connection connection = pools.of(SHARD).getConnection();
        Statement statement = connection.createStatement()) {
      work.run();
      statement.execute("SELECT 1");
    }
  }

  @Test
  void whoWaitedInVainIsToldWhyAndTakesNoTurn() throws SQLException {
    try (ShardPools pools = pools(Duration.ofMillis(250))) {
      Connection held = pools.of(SHARD).getConnection();
      assertThat(held.isValid(10)).isTrue();
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> pools.of(SHARD).getConnection())
            .isInstanceOfSatisfying(
                ShardUnavailableException.class,
                e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(1)))
            .hasMessageContaining("no connection was free within 250 ms: 1 in use, 0 more waiting");
      }
      held.close();
      use(pools, () -> {});
      held.close(); // once too often gives nobody a turn
      try (Connection again = pools.of(SHARD).getConnection()) {
        assertThat(again.isValid(10)).isTrue();
        assertThatThrownBy(() -> pools.of(SHARD).getConnection()).hasMessageContaining("1 in use");
      }
      assertThat(usage(pools)).returns(0, PoolUsage::active).returns(0, PoolUsage::waiting);
    }
  }

  @Test
  void whoIsInterruptedStopsWaiting() throws Exception {
    try (ShardPools pools = pools(Duration.ofSeconds(60));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try (Connection held = pools.of(SHARD).getConnection()) {
        assertThat(held.isValid(10)).isTrue();
        LinkedBlockingQueue<Boolean> interrupted = new LinkedBlockingQueue<>();
        Callable<Void> caller =
            () -> {
              assertThatThrownBy(() -> pools.of(SHARD).getConnection())
                  .hasMessageContaining("interrupted while waiting");
              interrupted.add(Thread.currentThread().isInterrupted());
              return null;
            };
        inLine(threads, pools, List.of(caller)).getFirst().cancel(true);
        assertThat(interrupted.take()).isTrue();
      }
      use(pools, () -> {});
    }
  }

  @Test
  void allWhoWaitAreToldAtOnceThatTheServerWentDown() throws Exception {
    MySqlServer server = fleet.high();
    try (ShardPools pools = pools(Duration.ofSeconds(60));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<String>> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        callers.add(
            () -> {
              try (Connection connection = pools.of(SHARD).getConnection()) {
                return "a connection of a server that is down: " + connection;
              } catch (ShardUnavailableException e) {
                return e.getMessage();
              }
            });
      }
      Connection held = pools.of(SHARD).getConnection();
      try {
        List<Future<String>> started = inLine(threads, pools, callers);
        server.kill9();
        await()
            .atMost(Duration.ofSeconds(20)) // of the 60 that they would wait
            .until(() -> started.stream().allMatch(Future::isDone));
        for (Future<String> each : started) {
          assertThat(each.get())
              .startsWith("shard 19 is unavailable: ")
              .containsAnyOf("refused", "reset");
        }
      } finally {
        held.close();
        server.restart();
      }
      await().atMost(Duration.ofSeconds(20)).until(() -> pools.health().allUp());
      for (int i = 0; i < 3; i++) {
        use(pools, () -> {});
      }
    }
  }
}
