package io.usercenter.token;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The issuer's keys, fetched and kept.
 *
 * <p>A regular refresh brings new keys, which are published before they sign, and takes away keys
 * that were withdrawn. A kid that is unknown all the same causes one fetch, at most one per {@link
 * #SHORTEST_INTERVAL}, whoever asks how often. When the issuer is away the keys that are known stay
 * good, and no check waits for it a second time. What the feed says to be withdrawn is refused at
 * once.
 */
final class JwksClient implements KeySource {
  static final String PATH = "/.well-known/jwks.json";
  static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final int LARGEST_DOCUMENT = 64 * 1024;
  private static final System.Logger LOG = System.getLogger(JwksClient.class.getName());

  private final UserCenter userCenter;
  private final Duration refreshEvery;
  private final LongSupplier nanoTime;
  private final ReentrantLock fetching = new ReentrantLock();

  private volatile Jwks keys = Jwks.of(List.of());
  private volatile @Nullable Attempt last;
  private final Set<String> withdrawn = ConcurrentHashMap.newKeySet();

  private record Attempt(long endedAt, boolean succeeded) {}

  /**
   * @param refreshEvery how long a key that was withdrawn may still be believed
   */
  JwksClient(UserCenter userCenter, Duration refreshEvery, LongSupplier nanoTime) {
    this.userCenter = userCenter;
    this.refreshEvery = refreshEvery;
    this.nanoTime = nanoTime;
  }

  @Override
  public @Nullable VerificationKey find(String kid) {
    if (!withdrawn.isEmpty() && withdrawn.contains(kid)) {
      return null;
    }
    VerificationKey key = keys.find(kid);
    if (key != null || !mayAsk()) {
      return key;
    }
    try {
      // Whoever comes while a fetch is under way waits for it instead of starting another.
      if (!fetching.tryLock(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        return null;
      }
      try {
        if (keys.find(kid) == null && mayAsk()) {
          fetch();
        }
      } finally {
        fetching.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return keys.find(kid);
  }

  /**
   * Never believes this key again, whatever a cache on the way still says. The next token of a key
   * that is unknown here may ask for it at once: another one has to sign now.
   */
  void withdraw(String kid) {
    if (withdrawn.add(kid)) {
      last = null;
    }
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
      byte[] document = userCenter.get(PATH, null, TIMEOUT, LARGEST_DOCUMENT);
      Jwks fetched = Jwks.parse(new String(document, StandardCharsets.UTF_8));
      if (fetched.keys().isEmpty()) {
        throw new IllegalArgumentException("the JWK Set has no key that can be used");
      }
      if (!fetched.equals(keys)) { // the same objects as long as possible: comparing them is cheap
        keys = fetched;
      }
      succeeded = true;
      if (before != null && !before.succeeded()) {
        LOG.log(INFO, "the keys of {0} can be read again: {1}", userCenter, fetched);
      }
    } catch (IOException | IllegalArgumentException e) {
      if (before == null || before.succeeded()) {
        LOG.log(WARNING, "no keys from {0}, keeping {1}: {2}", userCenter, keys, e);
      }
    } finally {
      last = new Attempt(nanoTime.getAsLong(), succeeded);
    }
    return succeeded;
  }

  boolean hasKeys() {
    return !keys.keys().isEmpty();
  }
}
