package io.usercenter.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.ThisJvm;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.junit.jupiter.api.Test;

class CarriersTest {
  @Test
  void aProcessWhoseVirtualThreadsRunNoMoreEndsAndSaysWhereTheyStand() throws Exception {
    Ended ended = run("stuck");

    assertThat(ended.status()).isEqualTo(Carriers.STUCK);
    assertThat(ended.said()).contains("No virtual thread has run for PT1S");
    String file = ended.said().substring(ended.said().lastIndexOf(' ') + 1).strip();
    assertThat(Files.readString(Path.of(file))).contains("waits for a class");
  }

  @Test
  void aProcessWhoseCarriersAllWaitForAClassGetsMoreOfThem() throws Exception {
    Ended ended = run("freed");

    assertThat(ended.status()).as(ended.said()).isZero();
    assertThat(ended.said()).contains("No virtual thread has run for PT0.1S; carriers: 32");
  }

  @Test
  void whoSetsTheNumberOfCarriersKeepsIt() throws Exception {
    Ended ended = run("freed", "-Dfixed=true");

    assertThat(ended.status()).isEqualTo(Carriers.STUCK);
  }

  @Test
  void thereAreAsManyCarriersAsProcessorsOnceAllClassesAreLoaded() throws Exception {
    assertThat(run("calm").said()).isEqualTo("" + Runtime.getRuntime().availableProcessors());
  }

  @Test
  void aProcessWhoseVirtualThreadsAreManyAndBlockedGoesOn() throws Exception {
    Ended ended = run("busy");

    assertThat(ended.status()).as(ended.said()).isZero();
    assertThat(ended.said()).isEmpty();
  }

  @Test
  void thereAreManyCarriersAtFirstUnlessSomebodySaysOtherwise() throws Exception {
    assertThat(run("carriers").said())
        .isEqualTo("" + Math.max(16, Runtime.getRuntime().availableProcessors()));
    assertThat(run("carriers", "-Djdk.virtualThreadScheduler.parallelism=3").said()).isEqualTo("3");
  }

  private record Ended(int status, String said) {}

  private static Ended run(String what, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ThisJvm.java());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", ThisJvm.classPath(), Child.class.getName(), what));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new Ended(process.waitFor(), said);
  }

  /** A process to try it with. */
  static final class Child {
    private static final Duration ROUND = Duration.ofMillis(100);
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    public static void main(String... arguments) throws Exception {
      switch (arguments[0]) {
        case "stuck" -> {
          System.setProperty("jdk.virtualThreadScheduler.parallelism", "2");
          new Carriers(ROUND, 10, false).watch();
          for (int i = 0; i < 300; i++) {
            Thread.ofVirtual().name("waits for a class").start(Slow::touch);
          }
          NEVER.await();
        }
        case "freed" -> {
          System.setProperty("jdk.virtualThreadScheduler.parallelism", "2");
          new Carriers(ROUND, 10, Boolean.getBoolean("fixed")).watch();
          CountDownLatch gate = Gate.GO;
          List<Thread> waiting = new ArrayList<>();
          for (int i = 0; i < 20; i++) {
            waiting.add(Thread.ofVirtual().start(Freed::touch));
          }
          // They keep the first sixteen carriers; who could let them go has none.
          Thread.ofVirtual().start(gate::countDown);
          for (Thread each : waiting) {
            each.join();
          }
          Thread.sleep(Duration.ofSeconds(1)); // for what is said of it
        }
        case "calm" -> {
          System.setProperty("jdk.virtualThreadScheduler.parallelism", "5");
          new Carriers(Duration.ofMillis(20), 1_000, false).watch();
          VirtualThreadSchedulerMXBean scheduler =
              ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
          while (scheduler.getParallelism() != Runtime.getRuntime().availableProcessors()) {
            Thread.sleep(10);
          }
          System.out.println(scheduler.getParallelism());
        }
        case "busy" -> {
          System.setProperty("jdk.virtualThreadScheduler.parallelism", "2");
          new Carriers(ROUND, 300, false).watch();
          for (int i = 0; i < 1_000; i++) {
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        NEVER.await();
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                    });
          }
          Thread.sleep(Duration.ofSeconds(3));
        }
        default -> {
          Carriers.prepare();
          System.out.println(System.getProperty("jdk.virtualThreadScheduler.parallelism"));
        }
      }
    }
  }

  /** Its initializer waits until it is let go. */
  static final class Freed {
    static {
      try {
        Gate.GO.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private Freed() {}

    static void touch() {}
  }

  /** Of {@link Freed}. */
  static final class Gate {
    static final CountDownLatch GO = new CountDownLatch(1);

    private Gate() {}
  }

  /** Its initializer waits for what never comes, and keeps the carrier of who came first. */
  static final class Slow {
    static {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private Slow() {}

    static void touch() {}
  }
}
