package io.usercenter.platform;

import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.id.Shard;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import tools.jackson.databind.ObjectMapper;

/**
 * The caches of this instance, and the line on which instances tell each other what has changed:
 * the topic {@code uc:cache-invalidations}, messages {@code kind:key}, several separated by a new
 * line.
 */
public final class Caches {
  static final String TOPIC = "uc:cache-invalidations";
  private static final Logger log = LoggerFactory.getLogger(Caches.class);

  private final Redis redis;
  private final ObjectMapper json;
  private final MeterRegistry meters;
  private final RandomGenerator random;
  private final Map<String, Cache<?, ?>> byKind = new ConcurrentHashMap<>();
  private final Map<String, Consumer<String>> listeners = new ConcurrentHashMap<>();
  private volatile boolean listening;
  private volatile boolean missedSome;

  Caches(Redis redis, ObjectMapper json, MeterRegistry meters, RandomGenerator random) {
    this.redis = redis;
    this.json = json;
    this.meters = meters;
    this.random = random;
    // Invalidations were missed while it was away. Not at once: the callback may run inside a load,
    // and Caffeine forbids to change a cache from there.
    redis.onReturn(() -> missedSome = true);
  }

  /**
   * A cache in two layers: Caffeine here, Redis for all instances.
   *
   * @param kind a short word, part of the key in Redis and of the metrics
   * @param type what is cached; written to Redis as JSON
   * @param keyText the key as text, which other instances send to invalidate it
   * @param keyFrom the reverse of {@code keyText}
   * @param shard where the key's owner lives; becomes the hash tag of the key in Redis
   * @param life how long a value may be used
   */
  public <K, V> Cache<K, V> create(
      String kind,
      Class<V> type,
      Function<K, String> keyText,
      Function<String, K> keyFrom,
      Function<K, Shard> shard,
      Life life) {
    Cache<K, V> cache =
        new Cache<>(kind, type, keyText, keyFrom, shard, life, redis, json, meters, random);
    if (byKind.putIfAbsent(kind, cache) != null) {
      throw new IllegalStateException("two caches of kind " + kind);
    }
    return cache;
  }

  /**
   * For what is not kept in a {@link Cache} and has to be forgotten in every instance all the same.
   *
   * @param kind as in {@link #create}
   * @param listener told the key, in every instance; when a message is lost it is told nothing
   */
  public void onChange(String kind, Consumer<String> listener) {
    listeners.put(kind, listener);
  }

  /** To be called after the change is committed: tells the listeners of every instance. */
  public void announceChange(String kind, String key) {
    redis.tell(
        "announce a change of " + kind,
        client -> client.getTopic(TOPIC, StringCodec.INSTANCE).publish(kind + ":" + key));
  }

  /** Subscribes as soon as Redis can be reached; Redisson subscribes again by itself afterwards. */
  @Scheduled(fixedDelay = 1000)
  void listen() {
    if (missedSome) {
      missedSome = false;
      byKind.values().forEach(Cache::forgetAllLocally);
    }
    if (!listening) {
      listening =
          redis.tell(
              "subscribe to invalidations",
              client ->
                  client
                      .getTopic(TOPIC, StringCodec.INSTANCE)
                      .addListener(String.class, (topic, message) -> hear(message)));
    }
  }

  private void hear(String message) {
    message
        .lines()
        .forEach(
            line -> {
              int colon = Math.max(0, line.indexOf(':'));
              String kind = line.substring(0, colon);
              Cache<?, ?> cache = byKind.get(kind);
              Consumer<String> listener = listeners.get(kind);
              if (cache != null) {
                cache.forgetHeard(line.substring(colon + 1));
              } else if (listener != null) {
                listener.accept(line.substring(colon + 1));
              } else {
                log.debug("an invalidation of a kind not cached here: {}", line);
              }
            });
  }

  /**
   * How long values are used without asking again.
   *
   * @param local in this instance; also the longest time a lost invalidation can be felt here
   * @param shared in Redis
   * @param absent how long "there is none" is believed, in both
   * @param entries how many are kept in this instance
   */
  public record Life(Duration local, Duration shared, Duration absent, int entries) {}
}
