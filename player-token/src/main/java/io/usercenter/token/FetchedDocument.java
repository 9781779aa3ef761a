package io.usercenter.token;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keys, fetched from the user center and kept.
 *
 * <p>A regular refresh brings new keys, which are published before they are used, and takes away
 * keys that were withdrawn. A key that is unknown all the same causes one fetch, at most one per
 * {@link #SHORTEST_INTERVAL}, whoever asks how often. When the user center is away what is known
 * stays good, and no check waits for it a second time.
 *
 * @param <T> what the document says; with equals, and a toString that tells no secret
 */
final class FetchedDocument<T> {
  static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(10);
  static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final System.Logger LOG = System.getLogger(FetchedDocument.class.getName());

  private final String name;
  private final Fetch<T> source;
  private final Duration refreshEvery;
  private final LongSupplier nanoTime;
  private final ReentrantLock fetching = new ReentrantLock();

  private volatile T current;
  private volatile @Nullable Attempt last;

  /** Asks the user center once. */
  interface Fetch<T> {
    /**
     * @throws IOException if there is no whole answer
     * @throws IllegalArgumentException if the answer is not what was asked for
     */
    T fetch() throws IOException, InterruptedException;
  }

  private record Attempt(long endedAt, boolean succeeded) {}

  /**
   * @param name for the log
   * @param nothing what is known before the first answer
   * @param refreshEvery how long what was withdrawn may still be believed
   */
  FetchedDocument(
      String name, Fetch<T> source, T nothing, Duration refreshEvery, LongSupplier nanoTime) {
    this.name = name;
    this.source = source;
    this.current = nothing;
    this.refreshEvery = refreshEvery;
    this.nanoTime = nanoTime;
  }

  /** What is known. */
  T current() {
    return current;
  }

  /** What is known, after asking for what is wanted and not in there, if it may be asked for. */
  T with(Predicate<T> wanted) {
    if (!mayAsk()) {
      return current;
    }
    try {
      // Whoever comes while a fetch is under way waits for it instead of starting another.
      if (fetching.tryLock(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          if (!wanted.test(current) && mayAsk()) {
            fetch();
          }
        } finally {
          fetching.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return current;
  }

  /** What is missing may be asked for at once. */
  void mayAskAgain() {
    last = null;
  }

  private boolean mayAsk() {
    Attempt attempt = last;
    return attempt == null
        || (attempt.succeeded()
            && nanoTime.getAsLong() - attempt.endedAt() >= SHORTEST_INTERVAL.toNanos());
  }

  /**
   * Fetches now.
   *
   * @return how long to pause before the next regular refresh
   */
  Duration refresh() throws InterruptedException {
    fetching.lockInterruptibly();
    try {
      return fetch() ? refreshEvery : RETRY;
    } finally {
      fetching.unlock();
    }
  }

  private boolean fetch() throws InterruptedException {
    Attempt before = last;
    boolean succeeded = false;
    try {
      T fetched = source.fetch();
      if (!fetched.equals(current)) { // the same objects as long as possible: comparing is cheap
        current = fetched;
      }
      succeeded = true;
      if (before != null && !before.succeeded()) {
        LOG.log(INFO, "{0} can be read again: {1}", name, fetched);
      }
    } catch (IOException | IllegalArgumentException e) {
      if (before == null || before.succeeded()) {
        LOG.log(WARNING, "{0} cannot be read, keeping {1}: {2}", name, current, e);
      }
    } finally {
      last = new Attempt(nanoTime.getAsLong(), succeeded);
    }
    return succeeded;
  }
}
