package io.usercenter.idempotency;

import io.usercenter.platform.ClientAddress;
import io.usercenter.platform.Redis;
import java.time.Duration;
import java.util.function.Function;

/**
 * Remembers which scope a key was used for by those without credentials, whose records lie in many
 * shards, so that who uses one key for two names is told. In Redis only: while it is away nobody is
 * told, and both requests are carried out, as they would be under two keys.
 */
final class KeyUses {
  private final Redis redis;
  private final Duration life;
  private final Function<String, String> digest;

  /**
   * @param digest so that nobody learns addresses, keys and names from Redis
   */
  KeyUses(Redis redis, Duration life, Function<String, String> digest) {
    this.redis = redis;
    this.life = life;
    this.digest = digest;
  }

  /** Notes the use. False when the key was used from there for another scope. */
  boolean note(ClientAddress from, IdempotencyKey key, String who) {
    String scope = digest.apply("scope\n" + who);
    return redis
        .ask(
            "noting an idempotency key",
            client -> {
              var bucket = client.<String>getBucket(name(from, key));
              return bucket.setIfAbsent(scope, life) || scope.equals(bucket.get());
            })
        .orElse(true);
  }

  /** Takes it back: nothing was done. */
  void forget(ClientAddress from, IdempotencyKey key) {
    var _ = redis.tell("forgetting an idempotency key", c -> c.getBucket(name(from, key)).delete());
  }

  private String name(ClientAddress from, IdempotencyKey key) {
    return "uc:idempotency:" + digest.apply("use\n" + from.text() + "\n" + key.value());
  }
}
