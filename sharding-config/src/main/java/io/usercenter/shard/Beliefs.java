package io.usercenter.shard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the admin database said of an id, believed for ten seconds. While it is away, what is known
 * goes on for ten minutes. Ids that do not exist are known too. Thread safe; bounded.
 *
 * @param <E> how the reader says that the database is away
 */
public final class Beliefs<V, E extends Exception> {
  private static final Logger log = LoggerFactory.getLogger(Beliefs.class);
  private static final Duration BELIEF = Duration.ofSeconds(10);
  private static final Duration WITHOUT_DATABASE = Duration.ofMinutes(10);

  /** So that callers do not wait in turn for a database that does not answer. */
  private static final Duration ASK_AGAIN_AFTER = Duration.ofSeconds(1);

  private static final int MOST = 10_000;

  private final Reader<V, E> reader;
  private final Class<E> away;
  private final InstantSource clock;
  private final Cache<String, Known<V>> known = Caffeine.newBuilder().maximumSize(MOST).build();

  /** Asks the database. */
  @FunctionalInterface
  public interface Reader<V, E extends Exception> {
    Optional<V> read(String id) throws E;
  }

  private record Known<V>(Optional<V> value, Instant readAt, Instant askAgainAt) {}

  public Beliefs(Reader<V, E> reader, Class<E> away, InstantSource clock) {
    this.reader = reader;
    this.away = away;
    this.clock = clock;
  }

  /**
   * What is believed of this id; empty if there is none.
   *
   * @throws E the database is away, and nothing is known, or too old
   */
  public Optional<V> of(String id) throws E {
    Instant now = clock.instant();
    Known<V> last = known.getIfPresent(id);
    if (last != null && now.isBefore(last.askAgainAt())) {
      return last.value();
    }
    try {
      Optional<V> read = reader.read(id);
      known.put(id, new Known<>(read, now, now.plus(BELIEF)));
      return read;
    } catch (Exception e) {
      if (!away.isInstance(e)
          || last == null
          || !now.isBefore(last.readAt().plus(WITHOUT_DATABASE))) {
        throw e;
      }
      log.warn("{} is believed without the admin database: {}", id, e.getMessage());
      known.put(id, new Known<>(last.value(), last.readAt(), now.plus(ASK_AGAIN_AFTER)));
      return last.value();
    }
  }

  /** Whether there was one of this id when the database was asked last, however long ago. */
  public boolean knows(String id) {
    return last(id).isPresent();
  }

  /** What the database said of this id last, however long ago; it is not asked. */
  public Optional<V> last(String id) {
    Known<V> last = known.getIfPresent(id);
    return last == null ? Optional.empty() : last.value();
  }

  /** It has just changed: the database is asked at the next time. */
  public void forget(String id) {
    known.invalidate(id);
  }
}
