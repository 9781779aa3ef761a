package io.usercenter.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a Redis server runs.
 *
 * @param persistent whether writes are kept in an append-only file, on disk within a second;
 *     default false: a restarted server is empty
 * @param embedded whether the binary that comes with the build is used even where the machine has a
 *     redis-server; default false
 * @param log where its messages go; null: {@code server.log} beside the data directory
 * @param sentinel lines of the configuration of a sentinel, which it changes itself; empty for a
 *     server that holds data
 * @param options further options of redis-server, each followed by its value
 */
public record RedisSettings(
    boolean persistent,
    boolean embedded,
    @Nullable Path log,
    List<String> sentinel,
    List<String> options) {
  public RedisSettings {
    sentinel = List.copyOf(sentinel);
    options = List.copyOf(options);
  }

  /** The defaults: nothing is kept, the machine's own redis-server if there is one. */
  public static RedisSettings standard() {
    return new RedisSettings(false, false, null, List.of(), List.of());
  }

  /** Keeps what was written. */
  public RedisSettings keepingData() {
    return new RedisSettings(true, embedded, log, sentinel, options);
  }

  /** Uses the binary that comes with the build. */
  public RedisSettings usingEmbedded() {
    return new RedisSettings(persistent, true, log, sentinel, options);
  }

  /** Writes its messages here. */
  public RedisSettings withLog(Path file) {
    return new RedisSettings(persistent, embedded, file, sentinel, options);
  }

  /**
   * Watches others instead of holding data.
   *
   * @param lines such as {@code sentinel monitor games 127.0.0.1 6379 2}
   */
  public RedisSettings asSentinel(List<String> lines) {
    return new RedisSettings(persistent, embedded, log, lines, options);
  }

  /** Adds an option of redis-server; the last one of a name wins. */
  public RedisSettings withOption(String name, String... values) {
    List<String> more = new ArrayList<>(options);
    more.add(name);
    more.addAll(List.of(values));
    return new RedisSettings(persistent, embedded, log, sentinel, more);
  }
}
