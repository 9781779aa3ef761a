package io.usercenter.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A {@code ./uc up} that the demo started because none was running, and stops in the end. What it
 * says is passed on while it starts and stops.
 */
final class StartedUp implements AutoCloseable {
  private static final Duration ASK_EVERY = Duration.ofMillis(250);
  private static final Duration READY_WITHIN = Duration.ofMinutes(10);
  private static final Duration STOPPED_WITHIN = Duration.ofMinutes(2);

  private final Process process;
  private final PrintStream out;
  private final Thread reader;
  private final Thread hook;
  private volatile boolean quiet;

  private StartedUp(Process process, PrintStream out) {
    this.process = process;
    this.out = out;
    this.reader = Thread.ofVirtual().name("up").start(this::passOn);
    this.hook = Thread.ofPlatform().unstarted(this::askToStop);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether this answers 200 now. */
  static boolean isReady(URI readiness) throws InterruptedException {
    try (HttpClient client =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(readiness).timeout(Duration.ofSeconds(5)).build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException nobodyThere) {
      return false;
    }
  }

  /**
   * Starts one as this JVM was started, and waits until it is ready.
   *
   * @param readiness what must answer 200
   * @throws DemoException when it ends before; it has said why
   */
  static StartedUp start(PrintStream out, List<URI> readiness)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Duc.home=" + System.getProperty("uc.home", ".uc"),
                "-Duc.root=" + System.getProperty("uc.root", "."),
                "-cp",
                System.getProperty("java.class.path"),
                "io.usercenter.cli.Main",
                "up")
            .redirectErrorStream(true);
    StartedUp up = new StartedUp(builder.start(), out);
    try {
      up.awaitReady(readiness);
      return up;
    } catch (DemoException | InterruptedException e) {
      up.close();
      throw e;
    }
  }

  private void awaitReady(List<URI> readiness) throws InterruptedException {
    long start = System.nanoTime();
    for (URI each : readiness) {
      while (!isReady(each)) {
        if (process.waitFor(ASK_EVERY)) {
          reader.join();
          throw new DemoException("up ended with code %d".formatted(process.exitValue()));
        }
        if (System.nanoTime() - start > READY_WITHIN.toNanos()) {
          throw new DemoException(
              each + " is not ready after " + READY_WITHIN.toMinutes() + " min");
        }
      }
    }
    quiet = true;
  }

  private void passOn() {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        // From here on it explains what to try next, which is not asked for.
        if (line.startsWith("ready in")) {
          quiet = true;
        }
        if (!quiet) {
          out.println("  up: " + line);
        }
      }
    } catch (IOException ended) {
      // There is nothing more to pass on.
    }
  }

  private void askToStop() {
    // Process.destroy would close the pipe before the last lines.
    process.toHandle().destroy();
  }

  @Override
  public void close() {
    quiet = false;
    askToStop();
    try {
      if (!process.waitFor(STOPPED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        out.println("up (pid " + process.pid() + ") has not stopped yet; leaving it alone");
      }
      reader.join(Duration.ofSeconds(5));
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException shuttingDown) {
      // The hook does it.
    }
  }
}
