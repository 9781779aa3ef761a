package io.usercenter.shard;

import io.usercenter.id.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.shardingsphere.sharding.route.engine.condition.ShardingCondition;
import org.apache.shardingsphere.sharding.route.engine.condition.value.ListShardingConditionValue;
import org.apache.shardingsphere.sharding.route.engine.condition.value.ShardingConditionValue;
import org.jspecify.annotations.Nullable;

/**
 * What ShardingSphere found out about the texts of statements: which of their parameters are keys.
 * A text is parsed, bound and audited once; from then on its parameters lead to the shard by the
 * same {@link ShardKeys} that the auditor asks. Whatever is out of the ordinary goes to
 * ShardingSphere each time: a key that is written into the text, is null, or leads to no single
 * shard.
 */
final class StatementRoutes {
  /** Texts come from mappers, so there are some hundred; lists of different length make more. */
  private static final int MOST = 2_000;

  private static final ThreadLocal<@Nullable Lesson> LEARNING = new ThreadLocal<>();

  private final Map<String, Route> known = new ConcurrentHashMap<>();
  private final ShardKeys keys;

  StatementRoutes(Shards shards) {
    this.keys = ShardKeys.of(ShardKeys.properties(shards));
  }

  /**
   * Where a statement leads.
   *
   * @param parameters by index from 0; what is null or missing is no key
   * @return empty when ShardingSphere has to say it
   */
  Optional<Shard> shard(String sql, Map<Integer, Object> parameters) {
    Route route = known.get(sql);
    return route == null ? Optional.empty() : route.shard(keys, parameters);
  }

  /** Runs a statement through ShardingSphere, and learns its route when it succeeds. */
  <T, X extends Throwable> T learn(String sql, Execution<T, X> execution) throws X {
    if (known.size() >= MOST) {
      return execution.run();
    }
    Lesson lesson = new Lesson();
    LEARNING.set(lesson);
    try {
      T result = execution.run();
      if (lesson.route != null) {
        known.put(sql, lesson.route);
      }
      return result;
    } finally {
      LEARNING.remove();
    }
  }

  /** Called by the auditor with what ShardingSphere made of the statement that is being run. */
  static void audited(List<ShardingCondition> alternatives) {
    Lesson lesson = LEARNING.get();
    if (lesson != null) {
      lesson.route = Route.of(alternatives).orElse(null);
    }
  }

  /** Executes a statement. */
  @FunctionalInterface
  interface Execution<T, X extends Throwable> {
    T run() throws X;
  }

  private static final class Lesson {
    private @Nullable Route route;
  }

  /** The parameters, each from 0, that are alternative values of a key column. */
  private record Key(String column, List<Integer> parameters) {}

  /**
   * @param alternatives of the statement, each with keys that must agree
   */
  private record Route(List<List<Key>> alternatives) {
    static Optional<Route> of(List<ShardingCondition> conditions) {
      List<List<Key>> alternatives = new ArrayList<>();
      for (ShardingCondition condition : conditions) {
        List<Key> keys = new ArrayList<>();
        for (ShardingConditionValue value : condition.getValues()) {
          if (value instanceof ListShardingConditionValue<?> list) {
            if (list.getValues().size() != list.getParameterMarkerIndexes().size()) {
              return Optional.empty();
            }
            keys.add(new Key(list.getColumnName(), List.copyOf(list.getParameterMarkerIndexes())));
          }
        }
        alternatives.add(keys);
      }
      return alternatives.isEmpty() ? Optional.empty() : Optional.of(new Route(alternatives));
    }

    Optional<Shard> shard(ShardKeys keys, Map<Integer, Object> parameters) {
      int mask = ShardKeys.NOWHERE;
      for (List<Key> alternative : alternatives) {
        int agreed = ShardKeys.EVERYWHERE;
        for (Key key : alternative) {
          List<Object> values = new ArrayList<>(key.parameters().size());
          for (int parameter : key.parameters()) {
            Object value = parameters.get(parameter);
            if (value == null || !ShardKeys.canBe(value)) {
              return Optional.empty();
            }
            values.add(value);
          }
          agreed &= keys.mask(key.column(), values);
        }
        mask |= agreed;
      }
      return Integer.bitCount(mask) == 1
          ? Optional.of(new Shard(Integer.numberOfTrailingZeros(mask)))
          : Optional.empty();
    }
  }
}
