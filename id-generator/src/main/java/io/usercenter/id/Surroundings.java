package io.usercenter.id;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Everything a generator takes from the machine it runs on.
 *
 * @param nanoTime a monotonic clock
 * @param wall the wall clock; it may jump
 * @param random tokens are made of it, so it must be unpredictable and differ between processes
 * @param park waits about so many nanoseconds, or less
 * @param threads makes the thread that renews
 */
record Surroundings(
    LongSupplier nanoTime,
    InstantSource wall,
    RandomGenerator random,
    LongConsumer park,
    ThreadFactory threads) {

  static Surroundings real() {
    return new Surroundings(
        System::nanoTime,
        InstantSource.system(),
        new SecureRandom(),
        LockSupport::parkNanos,
        task -> {
          Thread thread = new Thread(task, "user-id-lease");
          thread.setDaemon(true);
          return thread;
        });
  }
}
