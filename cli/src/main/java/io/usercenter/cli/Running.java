package io.usercenter.cli;

import io.usercenter.testkit.ChildProcess;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The processes that run, and the order in which they end: the last started first. */
final class Running {
  // The applications finish their requests within 20 s, MySQL writes its pages.
  private static final Duration STOP_WITHIN = Duration.ofSeconds(60);

  private record Child(String name, ChildProcess process) {}

  private final Console console;
  private final Deque<Child> children = new ArrayDeque<>();
  private boolean stopping;

  Running(Console console) {
    this.console = console;
  }

  /** Takes a process in; ends it at once when the others are being stopped already. */
  synchronized void add(String name, ChildProcess process) {
    if (stopping) {
      process.stop(STOP_WITHIN);
      return;
    }
    children.push(new Child(name, process));
  }

  /** Whether {@link #stopAll} has been called: what ends from now on ends on purpose. */
  synchronized boolean isStopping() {
    return stopping;
  }

  /** Waits until one ends, and returns what it is called. */
  String awaitFirstEnd() {
    CompletableFuture<String> first = new CompletableFuture<>();
    List<Child> all;
    synchronized (this) {
      all = List.copyOf(children);
    }
    for (Child child : all) {
      var _ = child.process().onExit().thenAccept(code -> first.complete(end(child, code)));
    }
    return first.join();
  }

  /** One that has ended already, with its code. */
  synchronized Optional<String> ended() {
    return children.stream()
        .filter(child -> !child.process().isAlive())
        .map(child -> end(child, child.process().onExit().join()))
        .findFirst();
  }

  private static String end(Child child, int code) {
    return "%s (pid %d) ended with code %d".formatted(child.name(), child.process().pid(), code);
  }

  /** Stops all of them, each with a line; those that have ended already are passed over. */
  synchronized void stopAll() {
    stopping = true;
    for (@Nullable Child child = children.poll(); child != null; child = children.poll()) {
      if (child.process().isAlive()) {
        Stopwatch watch = new Stopwatch();
        child.process().stop(STOP_WITHIN);
        console.line("stopped %s in %s".formatted(child.name(), watch));
      }
    }
  }
}
