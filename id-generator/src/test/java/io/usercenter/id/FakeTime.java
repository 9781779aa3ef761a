package io.usercenter.id;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** One machine's clocks and the store's, all moved by hand; parking moves them on. */
final class FakeTime implements InstantSource {
  static final long START = 280_000_000_000L;

  final AtomicLong nanos = new AtomicLong(123_456_789_000L);
  long wallOffset = START * 1_000_000 - nanos.get();
  long storeOffset = wallOffset;
  boolean parkMoves = true;

  long nanoTime() {
    return nanos.get();
  }

  @Override
  public Instant instant() {
    return UserIdLayout.EPOCH.plusNanos(nanos.get() + wallOffset);
  }

  long storeNow() {
    return (nanos.get() + storeOffset) / 1_000_000;
  }

  void advance(Duration by) {
    nanos.addAndGet(by.toNanos());
  }

  void stepWall(Duration by) {
    wallOffset += by.toNanos();
  }

  void stepStore(Duration by) {
    storeOffset += by.toNanos();
  }

  void park(long forNanos) {
    if (parkMoves) {
      nanos.addAndGet(forNanos);
    }
  }

  Surroundings surroundings(long seed) {
    return new Surroundings(
        this::nanoTime,
        this,
        new SplittableRandom(seed),
        this::park,
        task -> {
          throw new AssertionError("no thread expected");
        });
  }
}
