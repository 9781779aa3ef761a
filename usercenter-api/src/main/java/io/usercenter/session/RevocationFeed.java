package io.usercenter.session;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Redis;
import io.usercenter.token.News;
import io.usercenter.token.RevocationPage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.redisson.api.RStream;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamReadArgs;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.ObjectMapper;

/**
 * The revocations of the last access-token life, in order, as this instance has heard them from the
 * Redis stream. Other instances and game servers follow it by long poll.
 */
public final class RevocationFeed implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(RevocationFeed.class);
  private static final int PAGE = 1000;
  private static final Duration BLOCK = Duration.ofMillis(200);
  private static final Duration STALE = Duration.ofSeconds(3);

  private final Redis redis;
  private final ObjectMapper json;
  private final InstantSource clock;
  private final Consumer<News> onNews;
  private final RevocationWindow window;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private volatile Instant heardAt = Instant.EPOCH;
  private volatile boolean running;

  /**
   * @param keep how long a revocation is told: longer than any access token lives
   * @param onNews called for each, on the following thread
   */
  RevocationFeed(
      Redis redis,
      ObjectMapper json,
      InstantSource clock,
      Duration keep,
      Consumer<News> onNews,
      MeterRegistry meters) {
    this.redis = redis;
    this.json = json;
    this.clock = clock;
    this.window = new RevocationWindow(keep, clock.instant());
    this.onNews = onNews;
    Gauge.builder(
            "uc.revocations.lag",
            this,
            feed -> Duration.between(feed.heardAt, feed.clock.instant()).toMillis() / 1000.0)
        .description("seconds since the revocation stream was last read")
        .register(meters);
  }

  /**
   * What came after a place in the feed.
   *
   * @param after a {@code next} of an earlier answer, or empty to start
   * @param patience how long to wait for news when there is none
   * @throws ApiException when this instance does not hear the feed itself
   */
  public RevocationPage after(String after, Duration patience) {
    requireHearing();
    if (!window.hasNews(after, clock.instant())) {
      await(after, patience);
      requireHearing();
    }
    return window.page(after, clock.instant());
  }

  private void requireHearing() {
    if (Duration.between(heardAt, clock.instant()).compareTo(STALE) > 0) {
      throw new ApiException(
              ErrorCode.REVOCATION_FEED_UNAVAILABLE,
              heardAt.equals(Instant.EPOCH)
                  ? "this instance has not heard the revocation stream yet"
                  : "this instance has not heard the revocation stream since " + heardAt)
          .retryAfter(Duration.ofSeconds(1));
    }
  }

  private void await(String after, Duration patience) {
    long nanos = patience.toNanos();
    lock.lock();
    try {
      while (running && nanos > 0 && !window.hasNews(after, clock.instant())) {
        nanos = news.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private void follow() {
    while (running) {
      Optional<Map<StreamMessageId, Map<String, String>>> read =
          redis.ask(
              "read revocations",
              client -> read(client.getStream(RevocationOutbox.STREAM, StringCodec.INSTANCE)));
      if (read.isPresent()) {
        read.get().forEach(this::hear);
        if (read.get().size() < PAGE) {
          heardAt = clock.instant(); // there was no more: this instance is up to date
        }
        window.forgetOld(clock.instant());
      } else {
        pause();
      }
    }
  }

  private Map<StreamMessageId, Map<String, String>> read(RStream<String, String> stream) {
    Map<StreamMessageId, Map<String, String>> entries =
        stream.read(
            StreamReadArgs.greaterThan(new StreamMessageId(window.last().ms(), window.last().n()))
                .count(PAGE)
                .timeout(BLOCK));
    return entries == null ? Map.of() : entries;
  }

  private void hear(StreamMessageId id, Map<String, String> fields) {
    RevocationWindow.Place place = new RevocationWindow.Place(id.getId0(), id.getId1());
    Optional<News> entry = Optional.empty();
    try {
      Fact fact = json.readValue(fields.getOrDefault(RevocationOutbox.FIELD, ""), Fact.class);
      entry = Optional.of(fact.at(place.toString()));
      onNews.accept(entry.get());
    } catch (RuntimeException e) { // whatever it is, the next entries must be heard
      log.error(
          "entry {} of {} is not a revocation: {}", place, RevocationOutbox.STREAM, e.getMessage());
    }
    window.add(place, entry);
    lock.lock();
    try {
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void pause() {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(200);
      while (running && left > 0) {
        left = news.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void start() {
    running = true;
    Thread.ofVirtual().name("revocation-feed").start(this::follow);
  }

  @Override
  public void stop() {
    running = false;
    lock.lock();
    try {
      news.signalAll(); // long polls go home
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
