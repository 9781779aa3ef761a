package io.usercenter.peers;

import io.usercenter.testkit.ChildProcess;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waiting for a service that was started. */
final class Starting {
  private static final Duration AT_MOST = Duration.ofMinutes(5);

  private Starting() {}

  /** Returns when the path answers 200, or says why it never will. */
  static void await(ChildProcess process, Http http, String path) {
    long start = System.nanoTime();
    while (!http.isUp(path)) {
      if (!process.isAlive() || System.nanoTime() - start > AT_MOST.toNanos()) {
        throw new IllegalStateException(
            "%s does not become ready:%n%s"
                .formatted(process.name(), String.join("\n", process.lastLines(30))));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }
}
