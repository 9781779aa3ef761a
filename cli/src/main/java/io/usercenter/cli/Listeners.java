package io.usercenter.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who listens on a port, as far as Linux tells: {@code /proc/net/tcp} and the sockets of processes.
 */
final class Listeners {
  private static final Path PROC = Path.of("/proc");
  private static final String LISTENING = "0A";

  private Listeners() {}

  /** The process that listens on this port; empty when it belongs to another user, or not Linux. */
  static OptionalLong pidOf(int port) {
    Set<String> sockets =
        Stream.of("net/tcp", "net/tcp6")
            .flatMap(table -> lines(PROC.resolve(table)).stream().skip(1))
            .map(line -> line.strip().split("\\s+"))
            .filter(column -> column.length > 9 && column[3].equals(LISTENING))
            .filter(column -> column[1].endsWith(":%04X".formatted(port)))
            .map(column -> "socket:[" + column[9] + "]")
            .collect(Collectors.toSet());
    if (sockets.isEmpty()) {
      return OptionalLong.empty();
    }
    return ProcessHandle.allProcesses()
        .mapToLong(ProcessHandle::pid)
        .filter(pid -> holds(pid, sockets))
        .findFirst();
  }

  private static boolean holds(long pid, Set<String> sockets) {
    try (Stream<Path> files = Files.list(PROC.resolve(pid + "/fd"))) {
      return files.map(Listeners::target).anyMatch(sockets::contains);
    } catch (IOException notOurs) {
      return false;
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException gone) {
      return "";
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException notLinux) {
      return List.of();
    }
  }

  /** Its program and first arguments; its number alone when it does not say. */
  static String describe(long pid) {
    String command = String.join(" ", lines(PROC.resolve(pid + "/cmdline"))).replace('\0', ' ');
    return command.isEmpty()
        ? "pid " + pid
        : "pid %d: %s".formatted(pid, command.substring(0, Math.min(command.length(), 80)));
  }

  /** The folder it works in. */
  static Optional<Path> folderOf(long pid) {
    try {
      return Optional.of(Files.readSymbolicLink(PROC.resolve(pid + "/cwd")));
    } catch (IOException unknown) {
      return Optional.empty();
    }
  }
}
