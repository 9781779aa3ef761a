package io.usercenter.testkit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A world in which one seed decides every delay, loss, crash and clock step. Time is virtual and
 * one thing happens at a time, so a run repeats exactly and hours pass in milliseconds.
 *
 * <p>The code under test runs unchanged in {@link Actor}s: wherever it asks its surroundings for
 * something (a clock, a store, a wait), the surroundings {@link #pause}, and anything may happen
 * meanwhile. Named invariants are checked after every event. A failure carries the seed and the
 * last lines of the trace.
 *
 * <pre>{@code
 * Simulation world = new Simulation(seed);
 * world.spawn("client", () -> { world.pause(Duration.ofMillis(3)); store.ask(); });
 * world.invariant("levels never drop", () -> assertThat(store.levels()).isSorted());
 * world.run(Duration.ofMinutes(10));
 * }</pre>
 */
public final class Simulation {
  private static final int TRACE_LINES = 60;

  /** Of all delays, how many are long ones. */
  private static final double STRAGGLERS = 0.02;

  private final long seed;
  private final SplittableRandom random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final Map<String, Runnable> invariants = new LinkedHashMap<>();
  private final Map<String, Long> faults = new TreeMap<>();
  private final Deque<String> trace = new ArrayDeque<>();
  private final List<Actor> actors = new ArrayList<>();
  private final Thread loop = Thread.ofVirtual().name("simulation").unstarted(this::loop);
  // Whose turn it is; null: the loop's. Everything else is handed over with it.
  private volatile @Nullable Actor running;
  private @Nullable Throwable failure;
  private long now;
  private long end;
  private long order;

  public Simulation(long seed) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
  }

  /** A thread of the simulated world. */
  public final class Actor {
    private final Thread thread;
    private boolean started;
    private boolean killed;
    private boolean ended;

    private Actor(String name, Runnable body) {
      this.thread = Thread.ofVirtual().name(name).unstarted(() -> live(body));
    }

    private void live(Runnable body) {
      try {
        body.run();
      } catch (Killed _) {
        // Nothing of it goes on.
      } catch (Throwable e) {
        fail(thread.getName() + " failed", e);
      } finally {
        ended = true;
        yieldTurn();
      }
    }

    /** As by kill -9: it does nothing more. */
    public void kill() {
      killed = true;
      at(now, () -> giveTurn(this)); // unwinds it
    }

    /** Whether it has returned or was killed. */
    public boolean ended() {
      return ended || killed;
    }
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed", null, false, false);
    }
  }

  private record Event(long at, long order, Runnable action) {}

  /** Decides everything. */
  public RandomGenerator random() {
    return random;
  }

  /** True with the given probability. */
  public boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** A delay: mostly around {@code usual}, now and then anything up to {@code most}. */
  public Duration delay(Duration usual, Duration most) {
    if (chance(STRAGGLERS)) {
      return Duration.ofNanos(random.nextLong(most.toNanos()));
    }
    double nanos = usual.toNanos() * -Math.log(1 - random.nextDouble());
    return Duration.ofNanos(Math.min((long) nanos, most.toNanos()));
  }

  /** Virtual nanoseconds since the start. */
  public long now() {
    return now;
  }

  /** Does something later, in no actor; it must not pause. */
  public void after(Duration delay, Runnable action) {
    at(now + delay.toNanos(), action);
  }

  private void at(long when, Runnable action) {
    events.add(new Event(when, order++, action));
  }

  /** Starts an actor, now. */
  public Actor spawn(String name, Runnable body) {
    Actor actor = new Actor(name, body);
    actors.add(actor);
    at(now, () -> giveTurn(actor));
    return actor;
  }

  /** Lets the running actor wait; everything else goes on. */
  public void pause(Duration delay) {
    Actor me = running;
    if (me == null) {
      throw new IllegalStateException("only an actor can pause");
    }
    if (!me.killed) {
      at(now + delay.toNanos(), () -> giveTurn(me));
      yieldTurn();
      while (running != me) {
        LockSupport.park(this);
      }
    }
    if (me.killed) {
      throw new Killed();
    }
  }

  /** Counts a fault that was injected: a run without faults proves nothing. */
  public void fault(String kind) {
    faults.merge(kind, 1L, Long::sum);
    trace("fault: " + kind);
  }

  /** How many faults of each kind were injected. */
  public Map<String, Long> faults() {
    return faults;
  }

  /** Remembers a line for the message of a failure; the last 60 are kept. */
  public void trace(String line) {
    if (trace.size() == TRACE_LINES) {
      trace.removeFirst();
    }
    Actor actor = running;
    trace.addLast(
        "%14.6f s  %s%s"
            .formatted(now / 1e9, actor == null ? "" : actor.thread.getName() + ": ", line));
  }

  /** Checked after every event; fails by throwing. */
  public void invariant(String name, Runnable check) {
    invariants.put(name, check);
  }

  /**
   * Runs until so much more virtual time has passed or nothing is left to do.
   *
   * @throws AssertionError if an invariant or an actor failed, with seed and trace
   */
  public void run(Duration duration) {
    if (loop.isAlive() || loop.getState() == Thread.State.TERMINATED) {
      throw new IllegalStateException("a simulation runs once");
    }
    end = now + duration.toNanos();
    loop.start();
    boolean interrupted = false;
    while (loop.isAlive()) {
      try {
        loop.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Throwable cause = failure;
    if (cause != null) {
      throw new AssertionError(
          "seed %d: %s%nfaults: %s%n%s"
              .formatted(seed, cause.getMessage(), faults, String.join("\n", trace)),
          cause);
    }
  }

  private void loop() {
    while (failure == null && !events.isEmpty() && events.element().at <= end) {
      Event next = events.remove();
      now = next.at;
      try {
        next.action.run();
      } catch (Throwable e) {
        fail("an event failed", e);
      }
      if (failure == null) {
        invariants.forEach(this::check);
      }
    }
    now = failure == null ? end : now;
    for (Actor actor : actors) { // they are threads: none may stay behind
      actor.killed = true;
      giveTurn(actor);
    }
  }

  private void check(String name, Runnable invariant) {
    try {
      invariant.run();
    } catch (Throwable e) {
      fail(name, e);
    }
  }

  private void fail(String what, Throwable cause) {
    if (failure == null) {
      failure = new AssertionError(what + ": " + cause.getMessage(), cause);
    }
  }

  /** From the loop to an actor, and back when it pauses or ends. */
  private void giveTurn(Actor actor) {
    if (actor.ended || (actor.killed && !actor.started)) {
      actor.ended = true;
      return;
    }
    running = actor;
    if (actor.started) {
      LockSupport.unpark(actor.thread);
    } else {
      actor.started = true;
      actor.thread.start();
    }
    while (running != null) {
      LockSupport.park(this);
    }
  }

  private void yieldTurn() {
    running = null;
    LockSupport.unpark(loop);
  }
}
