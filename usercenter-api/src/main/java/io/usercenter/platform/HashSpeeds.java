package io.usercenter.platform;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.usercenter.password.HashFormat;
import io.usercenter.password.HashWork;
import io.usercenter.password.PasswordHashing;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Measures every hash, and says from that how long the next one will take. */
final class HashSpeeds implements PasswordHashing.Timing {
  // The newest hash counts an eighth: a machine that slows down is noticed after some hashes.
  private static final double WEIGHT = 1.0 / 8;

  private final Clock clock;
  private final Map<HashFormat, Speed> speeds = new EnumMap<>(HashFormat.class);

  HashSpeeds(MeterRegistry meters) {
    this.clock = meters.config().clock();
    for (HashFormat format : HashFormat.values()) {
      Timer timer =
          Timer.builder("uc.password.hash")
              .description("one hash of a password")
              .tag("format", format.id())
              .register(meters);
      speeds.put(format, new Speed(timer, format.typicalNanos()));
    }
  }

  @Override
  public <T> T time(HashWork work, Supplier<T> hashing) {
    long start = clock.monotonicTime();
    T result = hashing.get();
    of(work).measured(clock.monotonicTime() - start, work.units());
    return result;
  }

  /** How long this will take, in ns. */
  long expected(HashWork work) {
    return (long) (of(work).nanosPerUnit * work.units());
  }

  private Speed of(HashWork work) {
    return Objects.requireNonNull(speeds.get(work.format()));
  }

  /** Of one format. */
  private static final class Speed {
    private final Timer timer;
    private volatile double nanosPerUnit;

    Speed(Timer timer, double nanosPerUnit) {
      this.timer = timer;
      this.nanosPerUnit = nanosPerUnit;
    }

    synchronized void measured(long nanos, double units) {
      timer.record(nanos, TimeUnit.NANOSECONDS);
      nanosPerUnit += (nanos / units - nanosPerUnit) * WEIGHT;
    }
  }
}
