package io.usercenter.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Of the calling thread: unlike time it means something on a busy machine, too. */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class ProcessorTime {
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private long begin;
  private long calls;

  /** Starts counting. */
  @Setup(Level.Iteration)
  public void begin() {
    begin = threads.getCurrentThreadCpuTime();
    calls = 0;
  }

  /** One more call. */
  void count() {
    calls++;
  }

  /** Microseconds, in this thread only, without a server's. */
  public double microsPerCall() {
    return (threads.getCurrentThreadCpuTime() - begin) / 1e3 / calls;
  }
}
