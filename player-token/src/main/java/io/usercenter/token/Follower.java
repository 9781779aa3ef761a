package io.usercenter.token;

import static java.lang.System.Logger.Level.ERROR;

import io.usercenter.id.UserId;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Keeps keys and revocations up to date in two daemon threads. */
final class Follower implements AutoCloseable {
  private static final Duration AFTER_A_BUG = Duration.ofSeconds(1);
  private static final Duration SAVE_EVERY = Duration.ofSeconds(30);
  private static final System.Logger LOG = System.getLogger(Follower.class.getName());

  private final JwksClient jwks;
  private final TicketKeyClients ticketKeys;
  private final RevocationFeed feed;
  private final NewsAge news;
  private final long maxStalenessMillis;
  private final WhenStale whenStale;
  private final SnapshotFile snapshot;
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(2, daemons(Executors.defaultThreadFactory()));
  private final CountDownLatch keysArrived = new CountDownLatch(1);
  private final CountDownLatch newsArrived = new CountDownLatch(1);

  Follower(
      JwksClient jwks,
      TicketKeyClients ticketKeys,
      RevocationFeed feed,
      NewsAge news,
      Duration maxStaleness,
      WhenStale whenStale,
      SnapshotFile snapshot) {
    this.jwks = jwks;
    this.ticketKeys = ticketKeys;
    this.feed = feed;
    this.news = news;
    this.maxStalenessMillis = maxStaleness.toMillis();
    this.whenStale = whenStale;
    this.snapshot = snapshot;
    if (jwks.hasKeys()) {
      keysArrived.countDown();
    }
    if (news.millis() <= maxStalenessMillis) {
      newsArrived.countDown();
    }
  }

  /** Keeps what is known for the next start. */
  interface SnapshotFile {
    /** Writes it, if it is not what was written last. */
    void save();
  }

  private static ThreadFactory daemons(ThreadFactory factory) {
    return task -> {
      Thread thread = factory.newThread(task);
      thread.setName("usercenter-" + thread.getName());
      thread.setDaemon(true);
      return thread;
    };
  }

  void start() {
    schedule(this::refreshKeys, Duration.ZERO);
    schedule(this::pollFeed, Duration.ZERO);
    schedule(this::saveSnapshot, SAVE_EVERY);
  }

  private Duration saveSnapshot() {
    snapshot.save();
    return SAVE_EVERY;
  }

  /** The ticket keys of a game server, kept up to date from now on. */
  TicketKeySource ticketKeys(String serverId) {
    TicketKeyClient client = ticketKeys.open(serverId);
    schedule(client::refresh, Duration.ZERO);
    return client;
  }

  boolean mustRefuse(UserId user) {
    return whenStale == WhenStale.FAIL_CLOSED && news.millis(user) > maxStalenessMillis;
  }

  long newsAgeMillis() {
    return news.millis();
  }

  boolean awaitReady(Duration timeout) throws InterruptedException {
    NewsAge.Moment start = news.now();
    if (!keysArrived.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      return false;
    }
    long left = timeout.toNanos() - (news.now().nanos() - start.nanos());
    return newsArrived.await(left, TimeUnit.NANOSECONDS);
  }

  /** One round of work, done again after the pause that it returns. */
  private interface Step {
    Duration run() throws InterruptedException;
  }

  private Duration refreshKeys() throws InterruptedException {
    Duration pause = jwks.refresh();
    if (jwks.hasKeys()) {
      keysArrived.countDown();
    }
    return pause;
  }

  private Duration pollFeed() throws InterruptedException {
    Duration pause = feed.poll();
    if (news.millis() != NewsAge.NEVER) {
      newsArrived.countDown();
    }
    return pause;
  }

  private void schedule(Step step, Duration pause) {
    try {
      Future<?> unused =
          threads.schedule(() -> runAndGoOn(step), pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      if (!threads.isShutdown()) {
        throw e;
      }
    }
  }

  private void runAndGoOn(Step step) {
    Duration pause = AFTER_A_BUG;
    try {
      pause = step.run();
    } catch (InterruptedException e) { // by close() only
      Thread.currentThread().interrupt();
      return;
    } catch (RuntimeException | Error e) { // must not end the following for ever, and in silence
      LOG.log(ERROR, "following the user center failed, trying again", e);
    }
    schedule(step, pause);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    snapshot.save();
  }
}
