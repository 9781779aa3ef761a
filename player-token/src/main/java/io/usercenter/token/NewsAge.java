package io.usercenter.token;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How old what we know of revocations is. Two clocks say it, the one that says older is right. */
final class NewsAge {
  /** Nothing was heard yet. */
  static final long NEVER = Long.MAX_VALUE;

  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private volatile @Nullable Moment asOf;

  /** A time on both clocks. */
  record Moment(long millis, long nanos) {}

  NewsAge(InstantSource clock, LongSupplier nanoTime) {
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  Moment now() {
    return new Moment(clock.millis(), nanoTime.getAsLong());
  }

  /** Everything that was decided up to this moment is known. */
  void completeAsOf(Moment moment) {
    asOf = moment;
  }

  /**
   * In milliseconds, or {@link #NEVER}. The wall clock may be set back; the other one stands still
   * while the machine sleeps.
   */
  long millis() {
    Moment moment = asOf;
    if (moment == null) {
      return NEVER;
    }
    long byNanos = Duration.ofNanos(nanoTime.getAsLong() - moment.nanos()).toMillis();
    return Math.max(byNanos, clock.millis() - moment.millis());
  }
}
