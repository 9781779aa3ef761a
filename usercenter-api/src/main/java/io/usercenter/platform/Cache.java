package io.usercenter.platform;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.id.Shard;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;

/**
 * Caffeine in front of Redis in front of a source. One load per key at a time in this instance;
 * "there is none" is remembered for a short while; lives are shortened at random by up to a tenth,
 * so that what was loaded together does not expire together.
 *
 * <p>Invalidating writes a tombstone to Redis for ten seconds, and filling is {@code SET .. NX}: a
 * loader that read the source before the change cannot bring the old value back. The stale bound,
 * when every message is lost, is {@code life.local() + life.shared()}.
 */
public final class Cache<K, V> {
  private static final String TOMBSTONE = "~";
  private static final String ABSENT = "-";

  /** Longer than any load from MySQL can take: waiting for a connection and for the answer. */
  private static final Duration TOMBSTONE_LIFE = Duration.ofSeconds(10);

  private final String kind;
  private final Class<V> type;
  private final Function<K, String> keyText;
  private final Function<String, K> keyFrom;
  private final Function<K, Shard> shard;
  private final Caches.Life life;
  private final Redis redis;
  private final ObjectMapper json;
  private final RandomGenerator random;
  private final Counter localHits;
  private final Counter sharedHits;
  private final Counter loads;
  private final com.github.benmanes.caffeine.cache.Cache<K, Optional<V>> local;

  Cache(
      String kind,
      Class<V> type,
      Function<K, String> keyText,
      Function<String, K> keyFrom,
      Function<K, Shard> shard,
      Caches.Life life,
      Redis redis,
      ObjectMapper json,
      MeterRegistry meters,
      RandomGenerator random) {
    this.kind = kind;
    this.type = type;
    this.keyText = keyText;
    this.keyFrom = keyFrom;
    this.shard = shard;
    this.life = life;
    this.redis = redis;
    this.json = json;
    this.random = random;
    this.localHits = meters.counter("uc.cache.answers", "cache", kind, "layer", "caffeine");
    this.sharedHits = meters.counter("uc.cache.answers", "cache", kind, "layer", "redis");
    this.loads = meters.counter("uc.cache.answers", "cache", kind, "layer", "source");
    this.local =
        Caffeine.newBuilder()
            .maximumSize(life.entries())
            .expireAfter(
                Expiry.<K, Optional<V>>creating(
                    (key, value) -> jittered(value.isPresent() ? life.local() : life.absent())))
            .build();
  }

  /**
   * The value of a key.
   *
   * @param source asked when neither layer knows; its exceptions go to the caller and are not
   *     cached
   */
  public Optional<V> get(K key, Function<K, Optional<V>> source) {
    Optional<V> known = local.getIfPresent(key);
    if (known != null) {
      localHits.increment();
      return known;
    }
    // Caffeine lets one caller compute a key while the others wait for it.
    return local.get(key, k -> shared(k).orElseGet(() -> load(k, source)));
  }

  /**
   * To be called after the change is committed: drops the value here, in Redis and in every
   * instance.
   *
   * @return false when Redis is away: it may keep the value until that ends by itself
   */
  public boolean invalidate(K key) {
    boolean buried = bury(key);
    return redis.tell(
            "announce a change of " + kind,
            client ->
                client
                    .getTopic(Caches.TOPIC, StringCodec.INSTANCE)
                    .publish(kind + ":" + keyText.apply(key)))
        && buried;
  }

  /** Somebody else changed it, perhaps a process that knows nothing of our keys in Redis. */
  void forgetHeard(String text) {
    bury(keyFrom.apply(text));
  }

  void forgetAllLocally() {
    local.invalidateAll();
  }

  private boolean bury(K key) {
    boolean buried =
        redis.tell(
            "invalidate " + kind, client -> bucket(client, key).set(TOMBSTONE, TOMBSTONE_LIFE));
    local.invalidate(key);
    return buried;
  }

  private Optional<Optional<V>> shared(K key) {
    Optional<String> text = redis.ask("read " + kind, client -> bucket(client, key).get());
    if (text.isEmpty() || text.get().equals(TOMBSTONE)) {
      return Optional.empty();
    }
    if (text.get().equals(ABSENT)) {
      sharedHits.increment();
      return Optional.of(Optional.empty());
    }
    try {
      V value = json.readValue(text.get(), type);
      sharedHits.increment();
      return Optional.of(Optional.of(value));
    } catch (JacksonException e) {
      return Optional.empty(); // written by another version: the source knows better
    }
  }

  private Optional<V> load(K key, Function<K, Optional<V>> source) {
    Optional<V> value = source.apply(key);
    loads.increment();
    redis.tell(
        "fill " + kind,
        client ->
            bucket(client, key)
                .setIfAbsent(
                    value.map(json::writeValueAsString).orElse(ABSENT),
                    jittered(value.isPresent() ? life.shared() : life.absent())));
    return value;
  }

  private org.redisson.api.RBucket<String> bucket(RedissonClient client, K key) {
    // The number after the hash tag is the form of the values; raise it when they change.
    return client.getBucket(
        "uc:{" + shard.apply(key) + "}:1:" + kind + ":" + keyText.apply(key), StringCodec.INSTANCE);
  }

  private Duration jittered(Duration life) {
    long nanos = life.toNanos();
    return Duration.ofNanos(nanos - random.nextLong(nanos / 10 + 1));
  }
}
