package io.planted;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Time, randomness, sleep and threads, each in several ways. */
final class TakesFromTheAir {
  List<Object> time() {
    LongSupplier handedIn = System::nanoTime;
    return List.of(
        Instant.now(),
        System.currentTimeMillis(),
        Clock.systemUTC(),
        InstantSource.system(),
        LocalDateTime.now(ZoneOffset.UTC),
        handedIn);
  }

  List<Object> randomness() {
    return List.of(
        Math.random(), new Random(), ThreadLocalRandom.current().nextInt(), UUID.randomUUID());
  }

  void sleep() throws InterruptedException {
    Thread.sleep(1);
    TimeUnit.MILLISECONDS.sleep(1);
    LockSupport.parkNanos(1);
  }

  List<Object> threads() {
    return List.of(
        new Thread(() -> {}),
        Thread.ofVirtual(),
        Executors.newVirtualThreadPerTaskExecutor(),
        CompletableFuture.runAsync(() -> {}),
        List.of(1).parallelStream());
  }
}
