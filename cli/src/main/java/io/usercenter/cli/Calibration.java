package io.usercenter.cli;

import io.usercenter.password.Argon2;
import io.usercenter.password.Argon2Cost;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Measures Argon2id with all threads busy, as they are in a storm of logins. */
final class Calibration {
  /** The least that OWASP's Password Storage Cheat Sheet advises for two passes. */
  static final Argon2Cost LEAST = new Argon2Cost(19_456, 2, 1);

  private static final int STEP_KIB = 1024;
  private static final byte[] PASSWORD = "correct horse battery".getBytes(StandardCharsets.UTF_8);
  private static final byte[] SALT = "0123456789abcdef".getBytes(StandardCharsets.UTF_8);
  private static final int HASH_BYTES = 32;

  private final int threads;
  private final Duration time;

  /**
   * @param threads how many hash at once
   * @param time of each measurement; a third more goes before it to warm up
   */
  Calibration(int threads, Duration time) {
    this.threads = threads;
    this.time = time;
  }

  /** Hashes for the time given. */
  Speed measure(Argon2 argon2, Argon2Cost cost) {
    hashes(argon2, cost, time.dividedBy(3));
    long start = System.nanoTime();
    long hashes = hashes(argon2, cost, time);
    return new Speed(argon2, cost, hashes * 1e9 / (System.nanoTime() - start), threads);
  }

  /** The largest memory, at two passes, with which one hash takes no longer than this. */
  Speed within(Argon2 argon2, int millis) {
    Speed least = measure(argon2, LEAST);
    int most = Argon2Cost.MAX_MEMORY_KIB;
    int memory = (int) Math.min(LEAST.memoryKib() * (millis / least.millis()), most);
    Speed speed = least;
    // Time is not quite proportional to memory: caches end somewhere.
    for (int kib = memory / STEP_KIB * STEP_KIB; kib > LEAST.memoryKib(); kib -= kib / 8) {
      speed = measure(argon2, new Argon2Cost(kib, LEAST.iterations(), 1));
      if (speed.millis() <= millis) {
        return speed;
      }
    }
    return least;
  }

  private long hashes(Argon2 argon2, Argon2Cost cost, Duration atLeast) {
    long end = System.nanoTime() + atLeast.toNanos();
    Callable<Long> worker =
        () -> {
          long count = 0;
          do {
            var _ = argon2.hash(PASSWORD, SALT, cost, HASH_BYTES);
            count++;
          } while (System.nanoTime() < end);
          return count;
        };
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      List<Future<Long>> counts = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        counts.add(workers.submit(worker));
      }
      long sum = 0;
      for (Future<Long> count : counts) {
        sum += count.get();
      }
      return sum;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UcException("interrupted", e);
    } catch (ExecutionException e) {
      throw new UcException("%s cannot hash with %s: %s".formatted(argon2.name(), cost, e), e);
    }
  }

  /**
   * What was measured.
   *
   * @param perSecond hashes of all threads together
   */
  record Speed(Argon2 argon2, Argon2Cost cost, double perSecond, int threads) {
    /** How long one took. */
    double millis() {
      return threads * 1000 / perSecond;
    }
  }
}
