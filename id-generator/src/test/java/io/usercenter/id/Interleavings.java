package io.usercenter.id;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs a few threads in every order their steps can have: depth first over the choice of who goes
 * next. A step is what lies between two calls of {@link #step}. All shared state of the code under
 * test is volatile or changed by compare-and-set, so orders of steps are all there is.
 */
final class Interleavings {
  private final List<Integer> choices = new ArrayList<>();
  private final List<Integer> widths = new ArrayList<>();
  private List<Worker> workers = List.of();
  private volatile @Nullable Thread driver;
  private volatile @Nullable Worker running;
  private @Nullable AssertionError found;
  private int runs;

  private static final class Worker {
    private final Runnable body;
    private @Nullable Thread thread;
    private @Nullable Throwable failure;
    private boolean ended;

    Worker(Runnable body) {
      this.body = body;
    }
  }

  /** What the threads do, and what must hold afterwards. */
  record Scenario(List<Runnable> threads, Runnable check) {}

  /** Runs all orders of a scenario that is made anew for each. Returns how many there were. */
  int explore(Function<Interleavings, Scenario> scenario) throws InterruptedException {
    // A virtual thread: handing the turn to another one and back is then cheap.
    Thread exploring = Thread.ofVirtual().unstarted(() -> exploreAll(scenario));
    driver = exploring;
    exploring.start();
    exploring.join();
    if (found != null) {
      throw found;
    }
    return runs;
  }

  private void exploreAll(Function<Interleavings, Scenario> scenario) {
    try {
      do {
        runOnce(scenario.apply(this));
        runs++;
      } while (backtrack());
    } catch (AssertionError e) {
      found = e;
    }
  }

  private void runOnce(Scenario scenario) {
    workers = scenario.threads().stream().map(Worker::new).toList();
    int depth = 0;
    while (true) {
      List<Worker> runnable = workers.stream().filter(worker -> !worker.ended).toList();
      if (runnable.isEmpty()) {
        break;
      }
      if (depth == choices.size()) {
        choices.add(0);
        widths.add(runnable.size());
      }
      go(runnable.get(choices.get(depth)));
      depth++;
    }
    try {
      workers.forEach(
          worker -> {
            if (worker.failure != null) {
              throw new AssertionError(worker.failure);
            }
          });
      scenario.check().run();
    } catch (AssertionError e) {
      throw new AssertionError("in the order " + choices + ": " + e.getMessage(), e);
    }
  }

  private boolean backtrack() {
    while (!choices.isEmpty()) {
      int next = choices.removeLast() + 1;
      int width = widths.removeLast();
      if (next < width) {
        choices.add(next);
        widths.add(width);
        return true;
      }
    }
    return false;
  }

  private void go(Worker worker) {
    running = worker;
    if (worker.thread == null) {
      Thread thread = Thread.ofVirtual().unstarted(() -> live(worker));
      worker.thread = thread;
      thread.start();
    } else {
      LockSupport.unpark(worker.thread);
    }
    while (running != null) {
      LockSupport.park(this);
    }
  }

  private void live(Worker worker) {
    try {
      worker.body.run();
    } catch (Throwable e) {
      worker.failure = e;
    }
    worker.ended = true;
    back();
  }

  /** Somebody else may go first. Does nothing in a thread that is not explored. */
  void step() {
    Worker me = running;
    if (me != null && Thread.currentThread().equals(me.thread)) {
      back();
      while (running != me) {
        LockSupport.park(this);
      }
    }
  }

  private void back() {
    running = null;
    LockSupport.unpark(driver);
  }

  static Runnable each(int times, Consumer<Integer> action) {
    return () -> {
      for (int i = 0; i < times; i++) {
        action.accept(i);
      }
    };
  }
}
