package io.usercenter.cli.demo;

import io.usercenter.id.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;

/** Everything that is counted and timed while the players play; thread safe. */
final class Measurements {
  private final Map<Step, Samples> latencies = new ConcurrentHashMap<>();
  private final Map<Step, Costs> costs = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> retries = new ConcurrentSkipListMap<>();
  private final AtomicIntegerArray accounts = new AtomicIntegerArray(Shard.COUNT);
  private final LongAdder steps = new LongAdder();
  private final LongAdder playersDone = new LongAdder();
  private final LongAdder namesTaken = new LongAdder();
  private final LongAdder answersWithoutCost = new LongAdder();
  private final Samples banSeenByHttp = new Samples();
  private final Samples banSeenByVerifier = new Samples();

  /** What the answers of one kind cost. */
  static final class Costs {
    private int answers;
    private int withoutStatement;
    private int minShards = Integer.MAX_VALUE;
    private int maxShards;
    private int minStatements = Integer.MAX_VALUE;
    private int maxStatements;

    private synchronized void add(Cost cost) {
      answers++;
      if (cost.statements() == 0) {
        withoutStatement++;
      }
      minShards = Math.min(minShards, cost.shards());
      maxShards = Math.max(maxShards, cost.shards());
      minStatements = Math.min(minStatements, cost.statements());
      maxStatements = Math.max(maxStatements, cost.statements());
    }

    synchronized int answers() {
      return answers;
    }

    /** Answers that came from a cache. */
    synchronized int withoutStatement() {
      return withoutStatement;
    }

    synchronized boolean obey(Step.ShardRule rule) {
      return answers == 0 || (rule.allows(minShards) && rule.allows(maxShards));
    }

    synchronized String shards() {
      return range(minShards, maxShards);
    }

    synchronized String statements() {
      return range(minStatements, maxStatements);
    }

    private static String range(int min, int max) {
      return min == max ? Integer.toString(min) : min + " - " + max;
    }
  }

  void took(Step step, long nanos) {
    latency(step).add(nanos);
    steps.increment();
  }

  void cost(Step step, Cost cost) {
    costs(step).add(cost);
  }

  /** An answer that should have said what it cost, and did not. */
  void costUnknown() {
    answersWithoutCost.increment();
  }

  /** A request that was sent again because the answer was 503 with this code. */
  void retried(String code) {
    retries.computeIfAbsent(code, _ -> new LongAdder()).increment();
  }

  void accountOn(Shard shard) {
    accounts.incrementAndGet(shard.number());
  }

  /** A name of the list belongs to somebody already. */
  void nameTaken() {
    namesTaken.increment();
  }

  void playerDone() {
    playersDone.increment();
  }

  Samples latency(Step step) {
    return latencies.computeIfAbsent(step, _ -> new Samples());
  }

  Costs costs(Step step) {
    return costs.computeIfAbsent(step, _ -> new Costs());
  }

  Map<String, LongAdder> retries() {
    return retries;
  }

  /** Accounts of this run, by shard. */
  List<Integer> accounts() {
    List<Integer> counts = new ArrayList<>();
    for (int i = 0; i < Shard.COUNT; i++) {
      counts.add(accounts.get(i));
    }
    return counts;
  }

  long steps() {
    return steps.sum();
  }

  long playersDone() {
    return playersDone.sum();
  }

  long namesTaken() {
    return namesTaken.sum();
  }

  long answersWithoutCost() {
    return answersWithoutCost.sum();
  }

  Samples banSeenByHttp() {
    return banSeenByHttp;
  }

  Samples banSeenByVerifier() {
    return banSeenByVerifier;
  }
}
