package io.usercenter.platform;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.usercenter.trace.Step;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Threads that hash. Who comes says how long his hashing will take; from that follows how long the
 * next one would wait, and whoever would wait longer than allowed is turned away at once. So the
 * queue is bounded by time, whatever the hashes in it cost. The threads stand back when others want
 * the processor: whoever is in already must not notice a storm of logins.
 */
final class HashPool implements AutoCloseable {
  private final ThreadPoolExecutor threads;
  private final int parallel;
  private final Duration maxWait;
  private final Clock clock;
  private final Timer wait;
  private final Counter rejected;

  /** ns of work of all that were let in and are not done. */
  private final AtomicLong backlog = new AtomicLong();

  private final AtomicInteger admitted = new AtomicInteger();
  private final AtomicInteger active = new AtomicInteger();

  HashPool(int parallel, HashPriority priority, Duration maxWait, MeterRegistry meters) {
    this.parallel = parallel;
    this.maxWait = maxWait;
    this.clock = meters.config().clock();
    ThreadFactory names = Thread.ofPlatform().daemon().name("password-hash-", 0).factory();
    this.threads =
        new ThreadPoolExecutor(
            parallel,
            parallel,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // admission bounds it
            work -> names.newThread(Niceness.standingBack(priority, work)));
    this.wait =
        Timer.builder("uc.password.wait")
            .description("how long a password waited for a thread")
            .register(meters);
    this.rejected =
        Counter.builder("uc.password.rejected")
            .description("passwords turned away because they would have waited too long")
            .register(meters);
    Gauge.builder("uc.password.queue", admitted, AtomicInteger::get)
        .description("passwords being hashed or waiting for it")
        .register(meters);
    Gauge.builder("uc.password.active", active, AtomicInteger::get)
        .description("passwords being hashed")
        .register(meters);
    Gauge.builder("uc.password.expected.wait", this, pool -> pool.expectedWait() / 1e9)
        .baseUnit("seconds")
        .description("how long the next password would wait")
        .register(meters);
  }

  /**
   * Hashes on one of the threads.
   *
   * @param expectedNanos how long it will take
   * @throws ApiException {@code PASSWORD_HASHING_BUSY} when it would wait too long, or did
   */
  <T> T run(long expectedNanos, Supplier<T> hashing) {
    requireRoom();
    admitted.incrementAndGet();
    backlog.addAndGet(expectedNanos);
    try (Step _ = Step.begin("password", "hash")) {
      return new Job<>(hashing).result();
    } finally {
      backlog.addAndGet(-expectedNanos);
      admitted.decrementAndGet();
    }
  }

  /**
   * @throws ApiException {@code PASSWORD_HASHING_BUSY} when the next one would wait too long
   */
  void requireRoom() {
    long expectedWait = expectedWait();
    if (expectedWait > maxWait.toNanos()) {
      throw busy(expectedWait);
    }
  }

  /** In ns. Counts what is being hashed as if it had just begun. */
  private long expectedWait() {
    return admitted.get() < parallel ? 0 : backlog.get() / parallel;
  }

  private ApiException busy(long expectedWait) {
    rejected.increment();
    return new ApiException(
            ErrorCode.PASSWORD_HASHING_BUSY,
            "the wait is %d ms, more than the %d ms allowed (active=%d, waiting=%d)"
                .formatted(
                    TimeUnit.NANOSECONDS.toMillis(expectedWait),
                    maxWait.toMillis(),
                    active.get(),
                    Math.max(admitted.get() - active.get(), 0)))
        .retryAfter(Duration.ofNanos(expectedWait));
  }

  @Override
  public void close() {
    threads.shutdown();
  }

  /** One hashing: taken by a thread, or given up by who waits for it, whichever is first. */
  private final class Job<T> implements Runnable {
    private final Supplier<T> hashing;
    private final long since = clock.monotonicTime();
    private final AtomicBoolean taken = new AtomicBoolean();
    private final CompletableFuture<T> done = new CompletableFuture<>();

    Job(Supplier<T> hashing) {
      this.hashing = hashing;
    }

    @Override
    public void run() {
      if (!taken.compareAndSet(false, true)) {
        return;
      }
      wait.record(clock.monotonicTime() - since, TimeUnit.NANOSECONDS);
      active.incrementAndGet();
      try {
        done.complete(hashing.get());
      } catch (RuntimeException | Error e) {
        done.completeExceptionally(e);
      } finally {
        active.decrementAndGet();
      }
    }

    T result() {
      threads.execute(this);
      try {
        return waited();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        taken.set(true);
        threads.remove(this);
        throw busy(expectedWait());
      } catch (ExecutionException e) {
        throw new IllegalStateException("hashing a password failed", e.getCause());
      }
    }

    // Expectations err. What waits twice as long as allowed is given up; what runs ends soon.
    private T waited() throws InterruptedException, ExecutionException {
      try {
        return done.get(maxWait.toMillis() * 2, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (taken.compareAndSet(false, true)) {
          threads.remove(this);
          throw busy(expectedWait());
        }
        return done.get();
      }
    }
  }
}
