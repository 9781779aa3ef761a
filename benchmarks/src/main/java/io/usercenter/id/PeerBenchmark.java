package io.usercenter.id;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Sustained ids per second of the peers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class PeerBenchmark {
  @Param Peer peer = Peer.COSID_MILLISECOND;

  private LongSupplier ids = () -> 0;

  /** Starts the generator that is measured. */
  @Setup
  public void start() {
    ids = peer.start();
  }

  /** One id. */
  @Benchmark
  public long next() {
    return ids.getAsLong();
  }
}
