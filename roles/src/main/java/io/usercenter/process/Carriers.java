package io.usercenter.process;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The platform threads that carry the virtual ones. A virtual thread that waits for a class which
 * another one is loading or initializing keeps its carrier until <a
 * href="https://bugs.openjdk.org/browse/JDK-8369238">JDK 26</a>. When all carriers are kept and the
 * one they wait for has none, no virtual thread runs any more: the process lives and answers
 * nothing. So there are more carriers than processors, and when it happens all the same the process
 * ends, to be started again.
 */
public final class Carriers {
  /** The exit status of a process that ended for this reason: EX_SOFTWARE of sysexits(3). */
  public static final int STUCK = 70;

  private static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";
  private static final int LEAST = 16;
  private static final Duration ROUND = Duration.ofSeconds(1);
  private static final int ROUNDS = 30;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Duration round;
  private final int rounds;

  Carriers(Duration round, int rounds) {
    this.round = round;
    this.rounds = rounds;
  }

  /** To be called first of all, as long as there is no virtual thread. */
  public static void prepare() {
    if (System.getProperty(PARALLELISM) == null) {
      System.setProperty(
          PARALLELISM,
          Integer.toString(Math.max(LEAST, Runtime.getRuntime().availableProcessors())));
    }
    new Carriers(ROUND, ROUNDS).watch();
  }

  void watch() {
    Thread.ofPlatform().daemon().name("carriers").start(this::watching);
  }

  private void watching() {
    try {
      while (runsInTime()) {
        Thread.sleep(round);
      }
      end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Counts rounds rather than time: a process that was stopped and goes on is not stuck. */
  private boolean runsInTime() throws InterruptedException {
    CountDownLatch ran = new CountDownLatch(1);
    Thread.ofVirtual().name("carried").start(ran::countDown);
    for (int waited = 0; waited < rounds; waited++) {
      if (ran.await(round.toNanos(), TimeUnit.NANOSECONDS)) {
        return true;
      }
    }
    return false;
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
    try (FileOutputStream out = new FileOutputStream(FileDescriptor.err)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      Runtime.getRuntime().halt(STUCK); // nobody listens
    }
  }
}
