package io.usercenter.token;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** Both clocks, moved by the test. */
final class ManualTime implements InstantSource {
  static final Instant START = Instant.parse("2026-11-21T08:00:00Z");

  private final AtomicLong wallMillis = new AtomicLong(START.toEpochMilli());
  private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(wallMillis.get());
  }

  long nanoTime() {
    return nanos.get();
  }

  void pass(Duration time) {
    moveWall(time);
    moveNanos(time);
  }

  void moveWall(Duration time) {
    wallMillis.addAndGet(time.toMillis());
  }

  void moveNanos(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
