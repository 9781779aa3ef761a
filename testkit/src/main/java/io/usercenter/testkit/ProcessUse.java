package io.usercenter.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** What processes of this machine use. */
public final class ProcessUse {
  private ProcessUse() {}

  /** Processor time of this JVM since it was started, its children left out. */
  public static Duration processorTime() {
    return processorTime(Stream.of(ProcessHandle.current()));
  }

  /** Processor time of all of these since they were started. Processes must be running. */
  public static Duration processorTime(Stream<ProcessHandle> processes) {
    return processes
        .map(process -> process.info().totalCpuDuration().orElseThrow())
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Those that this JVM has started whose program has this in its path. */
  public static Stream<ProcessHandle> started(String program) {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").contains(program));
  }

  /** The program of a child, and what that has started. */
  public static Stream<ProcessHandle> of(ChildProcess child) {
    ProcessHandle program = ProcessHandle.of(child.pid()).orElseThrow();
    return Stream.concat(Stream.of(program), program.descendants());
  }

  /** Resident memory in KiB, {@code VmRSS} (proc_pid_status(5)); 0 for one that has ended. */
  public static long residentKib(ProcessHandle process) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
