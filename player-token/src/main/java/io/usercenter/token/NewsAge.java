package io.usercenter.token;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How old what we know of revocations is. Two clocks say it, the one that says older is right. */
final class NewsAge {
  /** Nothing was heard yet. */
  static final long NEVER = Long.MAX_VALUE;

  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private volatile Heard heard = new Heard(null, Map.of());

  /** A time on both clocks. */
  record Moment(long millis, long nanos) {}

  NewsAge(InstantSource clock, LongSupplier nanoTime) {
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /**
   * What is complete as of when.
   *
   * @param asOf null: nothing yet
   * @param behind shards that are not, and as of when they are; those without a moment never were
   */
  private record Heard(@Nullable Moment asOf, Map<Shard, Optional<Moment>> behind) {}

  Moment now() {
    return new Moment(clock.millis(), nanoTime.getAsLong());
  }

  /** The moment that was so many milliseconds since 1970 by the wall clock. */
  Moment at(long millis) {
    Moment now = now();
    return new Moment(
        millis, now.nanos() - Duration.ofMillis(Math.max(0, now.millis() - millis)).toNanos());
  }

  /** Everything that was decided up to this moment is known, save in some shards. By one thread. */
  void completeAsOf(Moment moment, Set<Shard> unheard) {
    Heard before = heard;
    Map<Shard, Optional<Moment>> behind = new HashMap<>();
    for (Shard shard : unheard) {
      behind.put(shard, before.behind().getOrDefault(shard, Optional.ofNullable(before.asOf())));
    }
    heard = new Heard(moment, behind);
  }

  /**
   * In milliseconds, or {@link #NEVER}. The wall clock may be set back; the other one stands still
   * while the machine sleeps.
   */
  long millis() {
    return millisSince(heard.asOf());
  }

  /** The same for the players of one shard. */
  long millis(UserId user) {
    Heard now = heard;
    return millisSince(
        now.behind().isEmpty()
            ? now.asOf()
            : now.behind()
                .getOrDefault(user.shard(), Optional.ofNullable(now.asOf()))
                .orElse(null));
  }

  private long millisSince(@Nullable Moment moment) {
    if (moment == null) {
      return NEVER;
    }
    long byNanos = Duration.ofNanos(nanoTime.getAsLong() - moment.nanos()).toMillis();
    return Math.max(byNanos, clock.millis() - moment.millis());
  }
}
