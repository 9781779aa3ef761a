package io.usercenter.testkit;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a Redis server runs.
 *
 * @param persistent whether writes are kept in an append-only file, on disk within a second;
 *     default false: a restarted server is empty
 * @param embedded whether the binary that comes with the build is used even where the machine has a
 *     redis-server; default false
 * @param log where its messages go; null: {@code server.log} beside the data directory
 */
public record RedisSettings(boolean persistent, boolean embedded, @Nullable Path log) {
  /** The defaults: nothing is kept, the machine's own redis-server if there is one. */
  public static RedisSettings standard() {
    return new RedisSettings(false, false, null);
  }

  /** Keeps what was written. */
  public RedisSettings keepingData() {
    return new RedisSettings(true, embedded, log);
  }

  /** Uses the binary that comes with the build. */
  public RedisSettings usingEmbedded() {
    return new RedisSettings(persistent, true, log);
  }

  /** Writes its messages here. */
  public RedisSettings withLog(Path file) {
    return new RedisSettings(persistent, embedded, file);
  }
}
