package io.usercenter.session;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.usercenter.id.Shard;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.shard.Shards;
import io.usercenter.token.News;
import io.usercenter.token.RevocationPage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.ObjectMapper;

/**
 * The revocations of the last access-token life, in order, as this instance has heard them from the
 * stream. Other instances and game servers follow it by long poll.
 *
 * <p>When the stream has lost what it knew, another generation begins: this instance hears all of
 * it from the start, and so do its followers. Until all shards have told again what was revoked
 * nobody is answered, or he would take what he gets for all there is. A shard that is away cannot
 * tell; after a moment its number goes with the answer instead.
 */
public final class RevocationFeed implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(RevocationFeed.class);
  private static final int PAGE = 1000;
  private static final Duration STALE = Duration.ofSeconds(3);

  /** How long the shards may take to tell again, before one that is away is not waited for. */
  private static final Duration TELLING = Duration.ofSeconds(10);

  private final RevocationStream stream;
  private final ObjectMapper json;
  private final InstantSource clock;
  private final Duration keep;
  private final Consumer<News> onNews;
  private final Predicate<Shard> isUp;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private volatile Heard heard;
  private volatile boolean running;

  /**
   * How far this instance has heard.
   *
   * @param window what is known of the generation
   * @param since when the generation was found
   * @param told the shards whose facts are all in there, as the stream said the last time
   * @param complete the shards of which everything was heard up to {@code at}
   * @param at when there was no more
   */
  private record Heard(
      RevocationWindow window, Instant since, Set<Shard> told, Set<Shard> complete, Instant at) {
    /** Since it was read, or found when it was not read yet. */
    Duration silence(Instant now) {
      return Duration.between(at.isBefore(since) ? since : at, now);
    }
  }

  /**
   * @param keep how long a revocation is told: longer than any access token lives
   * @param onNews called for each, on the following thread
   * @param isUp whether a shard is there to tell
   */
  RevocationFeed(
      RevocationStream stream,
      ObjectMapper json,
      InstantSource clock,
      Duration keep,
      Consumer<News> onNews,
      Predicate<Shard> isUp,
      MeterRegistry meters) {
    this.stream = stream;
    this.json = json;
    this.clock = clock;
    this.keep = keep;
    this.onNews = onNews;
    this.isUp = isUp;
    this.heard = nothing("");
    Gauge.builder(
            "uc.revocations.lag",
            this,
            feed -> feed.heard.silence(feed.clock.instant()).toMillis() / 1000.0)
        .description("seconds since the revocation stream was last read")
        .register(meters);
  }

  private Heard nothing(String generation) {
    return new Heard(
        new RevocationWindow(generation, keep), clock.instant(), Set.of(), Set.of(), Instant.EPOCH);
  }

  /**
   * What came after a place in the feed.
   *
   * @param after a {@code next} of an earlier answer, or empty to start
   * @param patience how long to wait for news when there is none
   * @throws ApiException when this instance does not hear the feed itself
   */
  public RevocationPage after(String after, Duration patience) {
    await(after, patience);
    return page(after);
  }

  /** What came after a place in the feed, as far as it was heard. */
  RevocationPage page(String after) {
    Heard now = heard;
    Optional<String> obstacle = obstacle(now);
    if (obstacle.isPresent()) {
      throw new ApiException(ErrorCode.REVOCATION_FEED_UNAVAILABLE, obstacle.get())
          .retryAfter(Duration.ofSeconds(1));
    }
    return now.window().page(after, clock.instant(), missing(now));
  }

  /** Why nobody can be answered now; empty when everybody can. */
  private Optional<String> obstacle(Heard now) {
    Instant time = clock.instant();
    if (Duration.between(now.at(), time).compareTo(STALE) > 0) {
      return Optional.of(
          now.at().equals(Instant.EPOCH)
              ? "this instance has not heard the revocation stream yet"
              : "this instance has not heard the revocation stream since " + now.at());
    }
    Set<Shard> missing = missing(now);
    boolean soon = time.isBefore(now.since().plus(TELLING)) || missing.stream().anyMatch(isUp);
    return missing.isEmpty() || !soon
        ? Optional.empty()
        : Optional.of(
            "Redis has lost the revocations; those of " + missing.size() + " shards are to come");
  }

  private static Set<Shard> missing(Heard now) {
    Set<Shard> missing = new TreeSet<>(Shards.all());
    missing.removeAll(now.complete());
    return missing;
  }

  private boolean hasNews(String after) {
    Heard now = heard;
    return now.window().hasNews(after, clock.instant()) && obstacle(now).isEmpty();
  }

  private void await(String after, Duration patience) {
    long nanos = patience.toNanos();
    lock.lock();
    try {
      while (running && nanos > 0 && !hasNews(after)) {
        nanos = news.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private void follow() {
    boolean failed = false;
    while (running) {
      try {
        if (!listen()) {
          pause();
        }
        failed = false;
      } catch (RuntimeException e) { // no other thread would hear what comes next
        if (!failed) {
          log.error("hearing the revocation stream failed, and is tried again", e);
        }
        failed = true;
        pause();
      }
    }
  }

  /** Hears what is new, or waits a moment for it. False when the stream is away. */
  boolean listen() {
    Heard before = heard;
    RevocationWindow window = before.window();
    Instant asked = clock.instant(); // all that was told up to here is heard
    Optional<List<RevocationStream.Entry>> read = stream.read(window.last(), PAGE);
    // Asked after reading: when it is the generation from before, it was so all the while.
    Optional<RevocationStream.Told> told = read.isEmpty() ? Optional.empty() : stream.told();
    if (told.isEmpty()) {
      return false;
    }
    String generation = told.get().generation();
    if (!generation.equals(window.generation())) {
      heard = nothing(generation);
      return true;
    }
    read.get().forEach(entry -> hear(window, entry));
    window.forgetOld(clock.instant());
    boolean more = read.get().size() == PAGE;
    Heard after =
        new Heard(
            window,
            before.since(),
            told.get().shards(),
            // Those that were told before reading: their facts were there to be read.
            more ? before.complete() : before.told(),
            more ? before.at() : asked);
    heard = after;
    if (!read.get().isEmpty() || !after.complete().equals(before.complete())) {
      wake();
    }
    return true;
  }

  private void hear(RevocationWindow window, RevocationStream.Entry entry) {
    Optional<News> news = Optional.empty();
    if (!entry.fact().isEmpty()) { // else the mark at the start of a generation
      try {
        Fact fact = json.readValue(entry.fact(), Fact.class);
        news = Optional.of(fact.at(window.text(entry.place())));
        onNews.accept(news.get());
      } catch (RuntimeException e) { // whatever it is, the next entries must be heard
        log.error("the entry at {} is not a revocation: {}", entry.place(), e.getMessage());
      }
    }
    window.add(entry.place(), news);
  }

  private void wake() {
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
    wake(); // long polls go home
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
