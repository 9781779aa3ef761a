package io.usercenter.process;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.management.VirtualThreadSchedulerMXBean;

/**
 * The platform threads that carry the virtual ones. A virtual thread that waits for a class which
 * another one is loading or initializing keeps its carrier until <a
 * href="https://bugs.openjdk.org/browse/JDK-8369238">JDK 26</a>. When all carriers are kept and the
 * one they wait for has none, no virtual thread runs any more: the process lives and answers
 * nothing.
 *
 * <p>So there are many carriers while classes are being loaded, and as many as processors when that
 * is over: with many, each thread that goes on wakes another carrier up, which took a third of the
 * time of a request. When no virtual thread runs all the same, and the process does nothing else
 * either, there are many again, then twice as many, and so forth, for ten minutes; when that does
 * not help, the process ends, to be started again.
 */
public final class Carriers {
  /** The exit status of a process that ended for this reason: EX_SOFTWARE of sysexits(3). */
  public static final int STUCK = 70;

  private static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";
  private static final int MANY = 16;

  /** {@code jdk.virtualThreadScheduler.maxPoolSize}, unless it is set (Javadoc of Thread). */
  private static final int MOST = 256;

  private static final Duration ROUND = Duration.ofSeconds(1);
  private static final int ROUNDS = 30;
  private static final int CALM_ROUNDS = 10;

  /** So much later it is calm after more carriers were needed. */
  private static final int HELD_ROUNDS = 600;

  /** Of one processor. Who uses more of it is slow, and not stuck. */
  private static final double IDLE = 0.5;

  /** More classes than these in a round: it is not calm. */
  private static final int SOME_CLASSES = 10;

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final FileOutputStream ERR = new FileOutputStream(FileDescriptor.err);

  private final Duration round;
  private final int rounds;
  private final boolean fixed;
  private final VirtualThreadSchedulerMXBean scheduler =
      ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
  private final ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  /**
   * @param round how long a virtual thread may take to begin
   * @param rounds in how many of them, one after the other, none begins before the process ends
   * @param fixed whether the number of carriers stays as it is
   */
  Carriers(Duration round, int rounds, boolean fixed) {
    this.round = round;
    this.rounds = rounds;
    this.fixed = fixed;
  }

  /**
   * To be called first of all, as long as there is no virtual thread. A number of carriers that was
   * set on the command line stays.
   */
  public static void prepare() {
    boolean fixed = System.getProperty(PARALLELISM) != null;
    Unset.set(PARALLELISM, Integer.toString(Math.max(MANY, processors())));
    new Carriers(ROUND, ROUNDS, fixed).watch();
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  void watch() {
    Thread.ofPlatform().daemon().name("carriers").start(this::watching);
  }

  /** Counts rounds rather than time: a process that was stopped and goes on is not stuck. */
  private void watching() {
    try {
      int stuck = 0;
      int calm = 0;
      long loaded = classes.getTotalLoadedClassCount();
      CountDownLatch ran = probe();
      while (stuck < rounds) {
        long used = system.getProcessCpuTime();
        if (!ran.await(round.toNanos(), TimeUnit.NANOSECONDS)) {
          stuck++;
          if (system.getProcessCpuTime() - used < IDLE * round.toNanos() && moreCarriers()) {
            calm = -HELD_ROUNDS;
          }
          continue;
        }
        stuck = 0;
        long now = classes.getTotalLoadedClassCount();
        boolean loading = now - loaded > SOME_CLASSES;
        loaded = now;
        calm = loading ? Math.min(calm, 0) : calm + 1;
        if (loading && scheduler.getParallelism() < MANY) {
          carriers(MANY);
        } else if (calm == CALM_ROUNDS) {
          carriers(processors());
        }
        Thread.sleep(round);
        ran = probe();
      }
      end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static CountDownLatch probe() {
    CountDownLatch ran = new CountDownLatch(1);
    Thread.ofVirtual().name("carried").start(ran::countDown);
    return ran;
  }

  /** Whether there are. */
  private boolean moreCarriers() {
    int now = scheduler.getParallelism();
    int many = Math.min(MOST, Math.max(MANY, 2 * now));
    if (fixed || many <= now) {
      return false;
    }
    carriers(many);
    var _ = probe(); // the scheduler makes a carrier when a thread is started
    // Whoever should read it may not.
    String word = "No virtual thread has run for %s; carriers: %d%n".formatted(round, many);
    Thread.ofPlatform().daemon().name("carriers' word").start(() -> say(word));
    return true;
  }

  private void carriers(int many) {
    if (!fixed) {
      scheduler.setParallelism(many);
    }
  }

  /**
   * Without the logger and without an orderly stop: who holds their locks may be a thread that
   * never runs again.
   */
  private void end() {
    Thread.ofPlatform().daemon().name("carriers' end").start(Carriers::endSoon);
    say(
        "No virtual thread has run for %s; the process ends, to be started again. All threads: %s%n"
            .formatted(round.multipliedBy(rounds), dumped()));
    Runtime.getRuntime().halt(STUCK);
  }

  /** In case that writing the threads down does not come to an end either. */
  private static void endSoon() {
    try {
      Thread.sleep(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(STUCK);
  }

  private static String dumped() {
    try {
      Path file = Files.createTempDirectory("stuck").resolve("threads.txt");
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
      return file.toString();
    } catch (IOException | RuntimeException e) {
      return "cannot be written: " + e;
    }
  }

  private static void say(String text) {
    try {
      ERR.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException nobodyListens) {
      // What was to be said is done all the same.
    }
  }
}
