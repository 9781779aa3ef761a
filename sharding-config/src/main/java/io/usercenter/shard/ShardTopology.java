package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which MySQL instance holds which shard: 1 to 32 instances, every shard on exactly one. */
public final class ShardTopology {
  private final Map<Shard, MySqlInstance> instances;
  private final Map<MySqlInstance, Set<Shard>> shards;

  private ShardTopology(Map<Shard, MySqlInstance> instances) {
    this.instances = instances;
    Map<MySqlInstance, Set<Shard>> byInstance = new LinkedHashMap<>();
    instances.forEach(
        (shard, instance) -> byInstance.computeIfAbsent(instance, _ -> new TreeSet<>()).add(shard));
    this.shards = byInstance;
  }

  /**
   * Reads {@code host:port=shards,host:port=shards...} where shards is a number or a range, for
   * example {@code 10.0.0.1:3306=0-15,10.0.0.2:3306=16-30,10.0.0.3:3306=31}; an instance may be
   * named more than once. {@code host:port} alone holds all 32.
   *
   * @throws IllegalArgumentException if it cannot be read, or a shard is missing or named twice
   */
  public static ShardTopology parse(String text) {
    Map<Shard, MySqlInstance> instances = new TreeMap<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      String range = equals < 0 ? "0-31" : part.substring(equals + 1);
      MySqlInstance instance =
          MySqlInstance.parse((equals < 0 ? part : part.substring(0, equals)).strip());
      for (Shard shard : range(range.strip(), part)) {
        MySqlInstance before = instances.putIfAbsent(shard, instance);
        if (before != null) {
          throw new IllegalArgumentException(
              "shard " + shard + " is named twice: on " + before + " and on " + instance);
        }
      }
    }
    List<Shard> missing = new ArrayList<>(Shards.all());
    missing.removeAll(instances.keySet());
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "no instance holds shard "
              + missing.stream().map(Shard::toString).collect(Collectors.joining(", ")));
    }
    return new ShardTopology(instances);
  }

  private static List<Shard> range(String range, String part) {
    if (!range.matches("[0-9]{1,2}(-[0-9]{1,2})?")) {
      throw new IllegalArgumentException(
          "shards must be a number or a range like 0-15, was '" + range + "' in '" + part + "'");
    }
    int dash = range.indexOf('-');
    int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
    int last = Integer.parseInt(dash < 0 ? range : range.substring(dash + 1));
    if (first > last || last >= Shard.COUNT) {
      throw new IllegalArgumentException(
          "shards go from 0 to 31, ascending; was '" + range + "' in '" + part + "'");
    }
    List<Shard> shards = new ArrayList<>();
    for (int number = first; number <= last; number++) {
      shards.add(new Shard(number));
    }
    return shards;
  }

  /** The instance that holds the shard. */
  @SuppressWarnings("NullAway") // the constructor's caller proved that all 32 are there
  public MySqlInstance instanceOf(Shard shard) {
    return instances.get(shard);
  }

  /** Every instance once, in the order of their lowest shard. */
  public List<MySqlInstance> instances() {
    return List.copyOf(shards.keySet());
  }

  /** The shards on this instance, ascending; empty for an instance that holds none. */
  public Set<Shard> shardsOn(MySqlInstance instance) {
    return Collections.unmodifiableSet(shards.getOrDefault(instance, Set.of()));
  }

  /** In the form that {@link #parse} reads. */
  @Override
  public String toString() {
    return instances.entrySet().stream()
        .map(entry -> entry.getValue() + "=" + entry.getKey().number())
        .collect(Collectors.joining(","));
  }
}
