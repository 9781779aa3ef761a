package io.usercenter.id;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;

/** Asks for ids as fast as it gets them, counts and remembers. Who is refused asks again later. */
final class Minting {
  private static final Duration RETRY = Duration.ofMillis(100);

  /** Nobody waits longer. */
  private static final long PATIENCE = Duration.ofHours(3).toNanos();

  private final VirtualClock clock;
  private long[] seen = new long[1 << 16];
  private int issued;
  private long refused;
  private long still;

  Minting(VirtualClock clock) {
    this.clock = clock;
  }

  void mint(LongSupplier ids, int count) {
    long last = clock.elapsed();
    for (int i = 0; i < count && clock.elapsed() - last < PATIENCE; ) {
      clock.call();
      try {
        add(ids.getAsLong());
        i++;
        still = Math.max(still, clock.elapsed() - last);
        last = clock.elapsed();
      } catch (RuntimeException e) {
        refused++; // counted and shown; what it says differs from peer to peer
        clock.advance(RETRY);
      }
    }
    still = Math.max(still, clock.elapsed() - last);
  }

  /** One attempt without asking again. */
  void attempt(LongSupplier ids) {
    clock.call();
    try {
      add(ids.getAsLong());
    } catch (RuntimeException e) {
      refused++;
    }
  }

  private void add(long id) {
    if (issued == seen.length) {
      seen = Arrays.copyOf(seen, issued * 2);
    }
    seen[issued++] = id;
  }

  Observation observed() {
    long[] sorted = Arrays.copyOf(seen, issued);
    Arrays.sort(sorted);
    long twice = 0;
    for (int i = 1; i < issued; i++) {
      if (sorted[i] == sorted[i - 1]) {
        twice++;
      }
    }
    return new Observation(issued, twice, refused, Duration.ofNanos(still));
  }
}
