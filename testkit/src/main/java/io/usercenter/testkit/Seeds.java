package io.usercenter.testkit;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs a check over many seeds and says which one failed.
 *
 * <p>{@code -Dseeds=N} runs N seeds instead of the number in the test; {@code -Dseed=S} runs only
 * S, to replay a failure.
 */
public final class Seeds {
  /** A check that draws everything it varies from one seed. */
  @FunctionalInterface
  public interface Check {
    /** Fails by throwing. */
    void run(long seed) throws Throwable;
  }

  private Seeds() {}

  /**
   * Runs the check with {@code count} consecutive seeds from a new random base, which is printed.
   *
   * @throws AssertionError at the first failure, naming its seed, with the failure as cause
   */
  public static void forEach(int count, Check check) {
    Range range = Range.asked(count);
    forEach(range.base, range.count, check);
  }

  static void forEach(long base, int count, Check check) {
    new Sweep(base, count, check).work();
  }

  /**
   * As {@link #forEach}, on all processors at once, in no particular order. The check must allow
   * that; a failure ends the others as soon as their seed is done.
   */
  public static void inParallel(int count, Check check) {
    Range range = Range.asked(count);
    inParallel(range.base, range.count, check);
  }

  static void inParallel(long base, int count, Check check) {
    Sweep sweep = new Sweep(base, count, check);
    int threads = Math.min(count, Runtime.getRuntime().availableProcessors());
    CompletableFuture<?>[] all = new CompletableFuture<?>[threads];
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      Arrays.setAll(all, i -> CompletableFuture.runAsync(sweep::work, workers));
      CompletableFuture.allOf(all).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof AssertionError failure) {
        throw failure;
      }
      throw e;
    }
  }

  /**
   * Claims that a mistake which was planted is found, and says with which seed.
   *
   * @param mistake its name
   * @param within the check, which has the mistake in it, must fail with one of the seeds from 1 to
   *     this
   * @throws AssertionError when it passed with all of them
   */
  public static void find(Object mistake, int within, Check check) throws Throwable {
    for (int seed = 1; seed <= within; seed++) {
      try {
        check.run(seed);
      } catch (AssertionError found) {
        System.out.printf(
            "%s found with seed %d: %s%n",
            mistake, seed, String.valueOf(found.getMessage()).lines().findFirst().orElse(""));
        return;
      }
    }
    throw new AssertionError(mistake + " was not found within " + within + " seeds");
  }

  private record Range(long base, int count) {
    static Range asked(int count) {
      Long only = Long.getLong("seed");
      return only != null
          ? new Range(only, 1)
          : new Range(
              ThreadLocalRandom.current().nextInt(1 << 30), Integer.getInteger("seeds", count));
    }
  }

  /** Seeds handed out one by one, until they are used up or one has failed. */
  private static final class Sweep {
    private static final long SAY_EVERY = Duration.ofSeconds(10).toNanos();

    private final long base;
    private final int count;
    private final Check check;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicLong saidAt = new AtomicLong(System.nanoTime());
    private volatile boolean failed;

    Sweep(long base, int count, Check check) {
      this.base = base;
      this.count = count;
      this.check = check;
      System.out.printf("%d seeds from %d%n", count, base);
    }

    void work() {
      for (int i = taken.getAndIncrement(); i < count && !failed; i = taken.getAndIncrement()) {
        long seed = base + i;
        try {
          check.run(seed);
        } catch (Throwable failure) {
          failed = true;
          throw new AssertionError(
              "seed %d failed, replay it with -Dseed=%d: %s".formatted(seed, seed, failure),
              failure);
        }
        long before = saidAt.get();
        long now = System.nanoTime();
        if (now - before > SAY_EVERY && saidAt.compareAndSet(before, now)) {
          System.out.printf("  %d of %d%n", i + 1, count);
        }
      }
    }
  }
}
