package io.usercenter.id;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Sustained ids per second, ours and its peers in one run; threads by {@code -t}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class UserIdBenchmark {
  @Param Peer generator = Peer.USERCENTER;

  private LongSupplier ids = () -> 0;

  /** Starts the generator that is measured. */
  @Setup
  public void start() throws Exception {
    ids = generator.start();
  }

  /** One id. */
  @Benchmark
  public long next() {
    return ids.getAsLong();
  }
}
