package io.usercenter.testkit;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The life of one server process: what all kinds of servers share. */
final class Supervised {
  private static final Duration STOP_WITHIN = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(20);

  private final Duration readyWithin;
  private final Supplier<ChildProcess> launcher;
  private final Predicate<ChildProcess> ready;
  private ChildProcess process;

  private Supervised(
      ChildProcess process,
      Duration readyWithin,
      Supplier<ChildProcess> launcher,
      Predicate<ChildProcess> ready) {
    this.process = process;
    this.readyWithin = readyWithin;
    this.launcher = launcher;
    this.ready = ready;
  }

  /** Starts a server and returns when {@code ready} says so. */
  static Supervised start(
      Duration readyWithin, Supplier<ChildProcess> launcher, Predicate<ChildProcess> ready) {
    return new Supervised(
        launchAndWait(readyWithin, launcher, ready), readyWithin, launcher, ready);
  }

  private static ChildProcess launchAndWait(
      Duration within, Supplier<ChildProcess> launcher, Predicate<ChildProcess> ready) {
    ChildProcess process = launcher.get();
    BooleanSupplier answers = () -> ready.test(process);
    long deadline = System.nanoTime() + within.toNanos();
    while (!answers.getAsBoolean()) {
      if (process.awaitExit(POLL)) {
        throw new BackendException(
            "%s ended while starting. Its last lines:%n%s"
                .formatted(process.name(), String.join("\n", process.lastLines(15))));
      }
      if (System.nanoTime() > deadline) {
        process.kill9();
        throw new BackendException(
            "%s did not answer within %d s. Its last lines:%n%s"
                .formatted(
                    process.name(), within.toSeconds(), String.join("\n", process.lastLines(15))));
      }
    }
    return process;
  }

  synchronized ChildProcess process() {
    return process;
  }

  synchronized void stop() {
    process.stop(STOP_WITHIN);
  }

  synchronized void restart() {
    stop();
    process = launchAndWait(readyWithin, launcher, ready);
  }
}
