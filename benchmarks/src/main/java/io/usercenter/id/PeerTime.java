package io.usercenter.id;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What peers in a {@link PeerProcess} call instead of the JDK. One thread runs such a world. */
public final class PeerTime {
  private static final ThreadLocal<VirtualClock> CLOCK = ThreadLocal.withInitial(VirtualClock::new);

  private PeerTime() {}

  /** From now on this thread's peers live by this clock. */
  static void use(VirtualClock clock) {
    CLOCK.set(clock);
  }

  /** For {@link System#currentTimeMillis}. */
  public static long currentTimeMillis() {
    return CLOCK.get().millis();
  }

  /** For {@link System#nanoTime}. */
  public static long nanoTime() {
    return CLOCK.get().nanoTime();
  }

  /** For {@link Instant#now()}. */
  public static Instant now() {
    return CLOCK.get().instant();
  }

  /** For {@link Thread#sleep(long)}. */
  public static void sleep(long millis) {
    CLOCK.get().advance(Duration.ofMillis(millis));
  }

  /** For {@link TimeUnit#sleep}. */
  public static void sleep(TimeUnit unit, long timeout) {
    CLOCK.get().advance(unit.toNanos(timeout));
  }

  /** For {@link Object#wait(long)}, where nobody notifies. */
  public static void waitFor(Object monitor, long millis) {
    CLOCK.get().advance(Duration.ofMillis(millis));
  }

  /** For {@link Thread#onSpinWait}. */
  public static void onSpinWait() {
    CLOCK.get().look();
  }

  /** For a cell that a timer sets. */
  public static long get(AtomicLong cell) {
    CLOCK.get().look();
    return cell.get();
  }

  /** For an executor of repeated tasks. */
  public static ScheduledExecutorService timer(ThreadFactory threads) {
    return executor(ScheduledExecutorService.class);
  }

  /** For an executor of tasks: this thread runs them at once. */
  public static ExecutorService pool(int size, ThreadFactory threads) {
    return executor(ExecutorService.class);
  }

  private static <T> T executor(Class<T> type) {
    VirtualClock clock = CLOCK.get();
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> carryOut(clock, method, arguments)));
  }

  private static @Nullable Object carryOut(VirtualClock clock, Method method, Object[] arguments) {
    switch (method.getName()) {
      case "submit", "execute" -> ((Runnable) arguments[0]).run();
      case "scheduleAtFixedRate", "scheduleWithFixedDelay" -> {
        long period = ((TimeUnit) arguments[3]).toNanos((long) arguments[2]);
        clock.every(Duration.ofNanos(period), (Runnable) arguments[0]);
      }
      default -> throw new UnsupportedOperationException(method.toString());
    }
    return null; // no peer looks at the future
  }
}
