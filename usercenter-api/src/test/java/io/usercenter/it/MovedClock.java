package io.usercenter.it;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** The time, moved ahead by a test. */
final class MovedClock implements InstantSource {
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

  void ahead(Duration more) {
    ahead.updateAndGet(before -> before.plus(more));
  }

  /** To the middle of a period, these counted from 1970: what follows has half of one to itself. */
  void aheadToTheMiddleOf(Duration period) {
    long length = period.toMillis();
    ahead(Duration.ofMillis(length + length / 2 - instant().toEpochMilli() % length));
  }

  @Override
  public Instant instant() {
    return InstantSource.system().instant().plus(ahead.get());
  }
}
