package io.usercenter.idempotency;

import io.usercenter.platform.Redis;
import java.time.Duration;
import java.util.function.Function;

/**
 * Remembers where a key was used by those whose records lie in many places, so that who uses one
 * key for two names, or to ban two players, is told. In Redis only: while it is away nobody is
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

  /** Notes the use. False when the sender used the key in another place. */
  boolean note(String sender, IdempotencyKey key, String where) {
    String place = digest.apply("place\n" + where);
    return redis
        .ask(
            "noting an idempotency key",
            client -> {
              var bucket = client.<String>getBucket(name(sender, key));
              if (bucket.setIfAbsent(place, life)) {
                return true;
              }
              String before = bucket.get();
              return before == null // taken back or lost since
                  || before.equals(place);
            })
        .orElse(true);
  }

  /** Takes it back: nothing was done. */
  void forget(String sender, IdempotencyKey key) {
    var _ =
        redis.tell("forgetting an idempotency key", c -> c.getBucket(name(sender, key)).delete());
  }

  private String name(String sender, IdempotencyKey key) {
    return "uc:idempotency:" + digest.apply("use\n" + sender + "\n" + key.value());
  }
}
