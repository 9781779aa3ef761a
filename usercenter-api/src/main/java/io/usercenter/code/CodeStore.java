package io.usercenter.code;

import io.usercenter.platform.Redis;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.redisson.api.RScript;

/**
 * Codes in Redis, one for each key. A script runs alone there, so however many look at a code at
 * once, as many wrong looks as it bears are answered. Empty answers: Redis is away.
 */
final class CodeStore {
  /** What a look at a code came to. */
  enum Look {
    /** There is none, or it was guessed at too often: this look found nothing out. */
    NONE,
    WRONG,
    RIGHT
  }

  private static final String PUT =
      """
      redis.call('DEL', KEYS[1])
      redis.call('HSET', KEYS[1], 'mac', ARGV[1], 'left', ARGV[2])
      redis.call('PEXPIRE', KEYS[1], ARGV[3])
      return 1
      """;

  private static final String LOOK =
      """
      local code = redis.call('HMGET', KEYS[1], 'mac', 'left')
      if tonumber(code[2] or '0') <= 0 then
        return 0
      end
      if code[1] == ARGV[1] then
        return 2
      end
      redis.call('HINCRBY', KEYS[1], 'left', -1)
      return 1
      """;

  private static final String TAKE =
      """
      if redis.call('HGET', KEYS[1], 'mac') ~= ARGV[1] then
        return 0
      end
      return redis.call('DEL', KEYS[1])
      """;

  private final Redis redis;

  CodeStore(Redis redis) {
    this.redis = redis;
  }

  /** Replaces whatever code was there. */
  Optional<Long> put(String key, String mac, int wrongLooks, Duration life) {
    return run(PUT, key, mac, wrongLooks, life.toMillis());
  }

  /** Compares; a wrong look is counted. */
  Optional<Look> look(String key, String mac) {
    return run(LOOK, key, mac).map(answer -> Look.values()[answer.intValue()]);
  }

  /** Takes the code away, if it is still this one. */
  Optional<Boolean> take(String key, String mac) {
    return run(TAKE, key, mac).map(answer -> answer == 1);
  }

  private Optional<Long> run(String script, String key, Object... arguments) {
    return redis.run("code", script, RScript.ReturnType.LONG, List.of(key), List.of(arguments));
  }
}
