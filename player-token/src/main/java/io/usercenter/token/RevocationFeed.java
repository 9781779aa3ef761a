package io.usercenter.token;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Follows the feed of revocations by long poll. One thread calls {@link #poll} again and again.
 *
 * <p>Without a snapshot the first poll asks {@code after=0}: everything the service still has. An
 * answer proves that we are up to date as of the moment its request was sent, unless it says that
 * there is more.
 */
final class RevocationFeed {
  static final Duration LONGEST_WAIT = Duration.ofSeconds(25);

  private static final Duration LONGEST_SLACK = Duration.ofSeconds(5);
  static final String BEGINNING = "0";

  /** Between answers, so that a burst of revocations comes in few pages. */
  private static final Duration BREATH = Duration.ofMillis(20);

  /** When the service does not hold the poll open. */
  private static final Duration IDLE = Duration.ofSeconds(1);

  private static final Duration SHORTEST_BACKOFF = Duration.ofMillis(200);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);
  private static final System.Logger LOG = System.getLogger(RevocationFeed.class.getName());

  private final RevocationPages pages;
  private final Consumer<News> listener;
  private final NewsAge news;
  private final Duration wait;
  private final RandomGenerator random;

  private String after;
  private volatile @Nullable Place place;
  private boolean caughtUp;
  private int failures;

  /**
   * @param listener told everything that is in the feed
   * @param wait how long the service may hold a poll open, at most {@link #LONGEST_WAIT}
   * @param random for the jitter of the backoff
   * @param after where to go on; {@link #BEGINNING} for everything the service still has
   */
  RevocationFeed(
      RevocationPages pages,
      Consumer<News> listener,
      NewsAge news,
      Duration wait,
      RandomGenerator random,
      String after) {
    this.pages = pages;
    this.listener = listener;
    this.news = news;
    this.wait = wait;
    this.random = random;
    this.after = after;
  }

  /**
   * Up to where the listener has been told everything.
   *
   * @param next what to ask for from there on
   * @param asOf milliseconds since 1970: what was decided until then is known
   */
  record Place(String next, long asOf) {}

  /** Null before everything was told for the first time. */
  @Nullable Place place() {
    return place;
  }

  /**
   * Asks once and notes what is new.
   *
   * @return how long to pause before the next poll
   */
  Duration poll() throws InterruptedException {
    NewsAge.Moment sent = news.now();
    Duration held = caughtUp ? wait : Duration.ZERO;
    try {
      RevocationPage page = pages.after(after, held);
      page.news().forEach(listener);
      // With reset too: what was revoked stays revoked, so what we knew is kept.
      after = page.next();
      caughtUp = !page.more();
      if (caughtUp) {
        news.completeAsOf(sent, page.unheard());
        if (page.unheard().isEmpty()) {
          place = new Place(after, sent.millis());
        }
      }
      if (failures > 0) {
        LOG.log(INFO, "following the revocations of {0} again", pages);
      }
      failures = 0;
      if (page.more()) {
        return Duration.ZERO;
      }
      boolean returnedEarly = news.now().nanos() - sent.nanos() < held.toNanos() / 2;
      return page.news().isEmpty() && returnedEarly ? IDLE : BREATH;
    } catch (IOException | IllegalArgumentException e) {
      if (failures == 0) {
        LOG.log(WARNING, "lost the revocations of {0}, trying again: {1}", pages, e);
      }
      caughtUp = false; // the next answer must not wait for something to happen
      return backoff(failures++);
    }
  }

  /** 200 ms, doubled up to 10 s, of which half is random: a fleet must not come back as one. */
  private Duration backoff(int failuresBefore) {
    long ceiling =
        Math.min(
            LONGEST_BACKOFF.toMillis(),
            SHORTEST_BACKOFF.toMillis() << Math.min(failuresBefore, 16));
    return Duration.ofMillis(ceiling / 2 + random.nextLong(ceiling / 2 + 1));
  }

  /**
   * How long a poll may be held open so that one which is lost, and noticed when its time is over,
   * does not yet make the news too old: an answer, a poll that is lost and one that is not are two
   * waits and a slack.
   */
  static Duration waitWithin(Duration maxStaleness) {
    Duration wait = maxStaleness.minus(slackWithin(maxStaleness).multipliedBy(2)).dividedBy(2);
    return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
  }

  /** How much later than that its answer may come. */
  static Duration slackWithin(Duration maxStaleness) {
    Duration quarter = maxStaleness.dividedBy(4);
    return quarter.compareTo(LONGEST_SLACK) < 0 ? quarter : LONGEST_SLACK;
  }
}
