package io.usercenter.platform;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a thread stand back when others want the processor. The JDK ignores thread priorities on
 * Linux, so this asks the system: setpriority(2), which there is about one thread when it is about
 * process 0 (manual page, "C library/kernel differences").
 */
final class Niceness {
  private static final Logger log = LoggerFactory.getLogger(Niceness.class);
  private static final int PRIO_PROCESS = 0;
  private static final int CALLING_THREAD = 0;

  /** A tenth of the processor time of a thread of niceness 0 when both want it (sched(7)). */
  private static final int STANDING_BACK = 10;

  private static final Optional<MethodHandle> SETPRIORITY = find();

  private Niceness() {}

  /** The work, on a thread that stands back; elsewhere than on Linux on one like all others. */
  static Runnable standingBack(Runnable work) {
    return () -> {
      SETPRIORITY.ifPresent(Niceness::standBack);
      work.run();
    };
  }

  private static void standBack(MethodHandle setpriority) {
    try {
      if ((int) setpriority.invokeExact(PRIO_PROCESS, CALLING_THREAD, STANDING_BACK) != 0) {
        log.warn("the system does not let thread {} stand back", Thread.currentThread().getName());
      }
    } catch (Throwable e) {
      throw new IllegalStateException("setpriority cannot be called", e);
    }
  }

  private static Optional<MethodHandle> find() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    Linker linker = Linker.nativeLinker();
    return system.startsWith("linux") // elsewhere it would be about the whole process
        ? linker
            .defaultLookup()
            .find("setpriority")
            .map(
                function ->
                    linker.downcallHandle(
                        function, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT)))
        : Optional.empty();
  }
}
