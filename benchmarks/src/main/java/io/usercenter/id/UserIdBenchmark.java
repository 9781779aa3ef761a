package io.usercenter.id;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Sustained user ids per second, and what one of them costs when the layout sets no limit. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class UserIdBenchmark {
  private static final int BATCH = 64;

  /** So many times as fast, the clock has room for more ids than a processor can mint. */
  private static final int HASTE = 64;

  private final UserIdGenerator generator = leased(System::nanoTime);
  private final UserIdGenerator hasty = leased(() -> System.nanoTime() * HASTE);
  private final AtomicLong cell = new AtomicLong();

  /** Genes as a hash of names gives them: uniform. */
  @State(Scope.Thread)
  public static class Names {
    private final long[] batch = new long[BATCH];
    private int state = System.identityHashCode(this) | 1;

    private int gene() {
      state ^= state << 13; // xorshift: the harness must cost less than what it measures
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 11) & 255;
    }
  }

  /** One id; names as they come. */
  @Benchmark
  public long names(Names names) {
    return generator.nextValue(names.gene());
  }

  /** One id; all names in one shard of 32, which has eight genes. */
  @Benchmark
  public long oneShard(Names names) {
    return generator.nextValue((names.gene() & ~31) | 19);
  }

  /** A batch of one name's gene, names as they come: an import. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long[] fill(Names names) {
    generator.fill(names.gene(), names.batch);
    return names.batch;
  }

  /** The same work as {@link #names}, with room for all: what an id costs. */
  @Benchmark
  public long costOfAnId(Names names) {
    return hasty.nextValue(names.gene());
  }

  /** The part of it that asks for the time. */
  @Benchmark
  public long costOfTheClock() {
    return System.nanoTime();
  }

  /** The part of it that takes the slot. */
  @Benchmark
  public boolean costOfTheSlot() {
    long last = cell.get();
    return cell.compareAndSet(last, last + 1);
  }

  /** With a window that does not end. */
  private static UserIdGenerator leased(LongSupplier nanoTime) {
    InstantSource wall = InstantSource.system();
    AnchoredClock clock = new AnchoredClock(nanoTime, wall, Duration.ofSeconds(2));
    long now = UserIdLayout.timestampOfEpochMilli(wall.millis());
    clock.follow(clock.vote(now, clock.startOfQuestion()));
    UserIdGenerator generator =
        new UserIdGenerator(clock, nanoTime, LockSupport::parkNanos, UserIdSettings.standard());
    generator.follow(new Grant(1, "token", now, UserIdLayout.MAX_TIMESTAMP));
    return generator;
  }
}
