package io.usercenter.faults;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.RedisServer;
import io.usercenter.testkit.RedisSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A cluster of three masters, the first of which has a replica. */
final class ClusterRedis implements FailingOver {
  private static final int MASTERS = 3;
  private static final int SLOTS = 16_384;
  private static final Duration READY_WITHIN = Duration.ofMinutes(1);

  private final List<RedisServer> masters = new ArrayList<>();
  private final RedisServer replica;

  ClusterRedis() {
    for (int i = 0; i < MASTERS; i++) {
      masters.add(node());
    }
    replica = node();
    for (int i = 0; i < MASTERS; i++) {
      masters
          .get(i)
          .order(
              IntStream.range(SLOTS * i / MASTERS, SLOTS * (i + 1) / MASTERS)
                  .mapToObj(Integer::toString)
                  .collect(Collectors.joining(" ", "CLUSTER ADDSLOTS ", "")));
      masters.get(i).order("CLUSTER SET-CONFIG-EPOCH " + (i + 1));
    }
    for (RedisServer other : masters.subList(1, MASTERS)) {
      meet(other);
    }
    meet(replica);
    Waiting.until(
        "the cluster is complete",
        READY_WITHIN,
        () -> all().allMatch(node -> knows(node).contains("cluster_known_nodes:4")));
    String id = masters.getFirst().request("CLUSTER MYID");
    replica.order("CLUSTER REPLICATE " + id);
    Waiting.until(
        "the cluster is well, and its replica up to date",
        READY_WITHIN,
        () ->
            all().allMatch(node -> knows(node).contains("cluster_state:ok"))
                && replica.request("INFO replication").contains("master_link_status:up"));
  }

  private static RedisServer node() {
    return Backends.newRedis(
        RedisSettings.standard()
            .keepingData()
            .withOption("--cluster-enabled", "yes")
            .withOption("--cluster-node-timeout", "1500"));
  }

  private void meet(RedisServer other) {
    masters.getFirst().order("CLUSTER MEET 127.0.0.1 " + other.port());
  }

  private static String knows(RedisServer node) {
    return node.request("CLUSTER INFO");
  }

  private Stream<RedisServer> all() {
    return Stream.concat(masters.stream(), Stream.of(replica));
  }

  @Override
  public RedisServer master() {
    return masters.getFirst();
  }

  @Override
  public boolean isTakenOver() {
    return replica.request("INFO replication").contains("role:master");
  }

  @Override
  public Map<String, String> environment() {
    return Map.of(
        "UC_REDIS_URL",
        all()
            .map(node -> node.host() + ":" + node.port())
            .collect(Collectors.joining(",", "redis-cluster://", "")));
  }

  @Override
  public void close() {
    all().forEach(RedisServer::close);
  }
}
