package io.usercenter.platform;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a thread stand back when others want the processor. The JDK ignores thread priorities on
 * Linux, so this asks the system: setpriority(2), which there is about one thread when it is about
 * process 0 (manual page, "C library/kernel differences"), or sched_setscheduler(2).
 */
final class Niceness {
  private static final Logger log = LoggerFactory.getLogger(Niceness.class);
  private static final int PRIO_PROCESS = 0;
  private static final int CALLING_THREAD = 0;

  /** A tenth of the processor time of a thread of niceness 0 when both want it (sched(7)). */
  private static final int STANDING_BACK = 10;

  private static final int SCHED_IDLE = 5;

  private static final Optional<MethodHandle> SETPRIORITY =
      find("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));

  private static final Optional<MethodHandle> SETSCHEDULER =
      find("sched_setscheduler", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));

  private Niceness() {}

  /** The work, on a thread that stands back; elsewhere than on Linux on one like all others. */
  static Runnable standingBack(HashPriority priority, Runnable work) {
    return () -> {
      switch (priority) {
        case LOW -> SETPRIORITY.ifPresent(Niceness::standBack);
        case IDLE -> SETSCHEDULER.ifPresent(Niceness::idle);
      }
      work.run();
    };
  }

  private static void standBack(MethodHandle setpriority) {
    try {
      complainUnlessZero(
          (int) setpriority.invokeExact(PRIO_PROCESS, CALLING_THREAD, STANDING_BACK));
    } catch (Throwable e) {
      throw new IllegalStateException("setpriority cannot be called", e);
    }
  }

  private static void idle(MethodHandle setscheduler) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment priority = arena.allocate(JAVA_INT); // struct sched_param; 0, as it must be
      complainUnlessZero((int) setscheduler.invokeExact(CALLING_THREAD, SCHED_IDLE, priority));
    } catch (Throwable e) {
      throw new IllegalStateException("sched_setscheduler cannot be called", e);
    }
  }

  private static void complainUnlessZero(int result) {
    if (result != 0) {
      log.warn("the system does not let thread {} stand back", Thread.currentThread().getName());
    }
  }

  private static Optional<MethodHandle> find(String name, FunctionDescriptor form) {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    Linker linker = Linker.nativeLinker();
    return system.startsWith("linux") // elsewhere it would be about the whole process
        ? linker.defaultLookup().find(name).map(function -> linker.downcallHandle(function, form))
        : Optional.empty();
  }
}
