package io.usercenter.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A process that does not survive this JVM, however the JVM ends.
 *
 * <p>A shell stands between the two. It holds the reading end of a pipe whose other end only the
 * JVM has, so the pipe closes with the JVM, after {@code kill -9} too, and the shell then stops the
 * process. Both live in a session of their own: Ctrl-C in a terminal reaches the JVM alone, which
 * decides in what order its children go.
 *
 * <p>Output and errors of the process are appended to a log file.
 */
public final class ChildProcess {
  // $1 seconds between SIGTERM and SIGKILL when the JVM dies (0: SIGKILL at once), $2 log file.
  private static final String GUARD =
      """
      exec 3<&0 </dev/null
      grace=$1 log=$2
      shift 2
      "$@" >>"$log" 2>&1 3<&- &
      child=$!
      echo "$child"
      exec >/dev/null 2>&1
      (
        while read -r _ <&3; do :; done
        exec 3<&-
        if [ "$grace" -gt 0 ]; then
          kill -CONT "$child"
          kill -TERM "$child"
        fi
        while [ "$grace" -gt 0 ]; do
          sleep 1
          kill -0 "$child" || exit
          grace=$((grace - 1))
        done
        kill -KILL "$child"
      ) &
      guard=$!
      exec 3<&-
      wait "$child"
      code=$?
      kill "$guard"
      exit "$code"
      """;

  private static final boolean HAS_SETSID = Executables.onPath("setsid").isPresent();

  // Strongly held: a collected Process closes its pipe, and the guard would take that for our end.
  private static final Set<ChildProcess> ALIVE = ConcurrentHashMap.newKeySet();

  private final String name;
  private final Process shell;
  private final long pid;
  private final Path log;
  private final long logStart;

  private ChildProcess(String name, Process shell, long pid, Path log, long logStart) {
    this.name = name;
    this.shell = shell;
    this.pid = pid;
    this.log = log;
    this.logStart = logStart;
  }

  /**
   * Starts a process.
   *
   * @param name what to call it in messages
   * @param command the program and its arguments
   * @param environment added to the environment of this JVM
   * @param directory where it runs
   * @param log where its output is appended; made when missing
   * @param grace how long it may take to end by itself when this JVM dies, in whole seconds; zero
   *     kills it at once
   * @throws BackendException when there is no shell, or the directory or the log cannot be used
   */
  public static ChildProcess start(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path directory,
      Path log,
      Duration grace) {
    List<String> line = new ArrayList<>();
    if (HAS_SETSID) {
      line.add("setsid");
    }
    line.addAll(List.of("/bin/sh", "-c", GUARD, "guard of " + name));
    line.addAll(List.of(Long.toString(grace.toSeconds()), log.toAbsolutePath().toString()));
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line).directory(directory.toFile());
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      long logStart = Files.exists(log) ? Files.size(log) : 0;
      Process shell = builder.start();
      // Not closed: closing it is what ends the child.
      BufferedReader out = shell.inputReader(StandardCharsets.UTF_8);
      String pid = out.readLine();
      if (pid == null) {
        throw new BackendException(
            "%s was not started: the shell could not write %s".formatted(name, log));
      }
      ChildProcess started = new ChildProcess(name, shell, Long.parseLong(pid), log, logStart);
      ALIVE.add(started);
      var _ = shell.onExit().thenRun(() -> ALIVE.remove(started));
      return started;
    } catch (IOException e) {
      throw new BackendException("%s was not started: %s".formatted(name, e.getMessage()), e);
    }
  }

  /** What it is called in messages. */
  public String name() {
    return name;
  }

  /** Process id of the program itself. */
  public long pid() {
    return pid;
  }

  /** Whether it still runs; a paused one does. */
  public boolean isAlive() {
    return shell.isAlive();
  }

  /** Completes with the exit code when it has ended: 128 + n when signal n ended it. */
  public CompletableFuture<Integer> onExit() {
    return shell.onExit().thenApply(Process::exitValue);
  }

  /** Waits for its end; false when it still runs after this time. */
  public boolean awaitExit(Duration atMost) {
    try {
      return shell.waitFor(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !shell.isAlive();
    }
  }

  /** Asks it to end (SIGTERM), waits, and kills it when it has not ended in this time. */
  public void stop(Duration atMost) {
    if (!isAlive()) {
      return;
    }
    signal("CONT");
    signal("TERM");
    if (!awaitExit(atMost)) {
      kill9();
    }
  }

  /** Ends it without a chance to tidy up (SIGKILL) and returns when it is gone. */
  public void kill9() {
    if (!isAlive()) {
      return;
    }
    signal("KILL");
    if (!awaitExit(Duration.ofSeconds(30))) {
      throw new BackendException("%s (pid %d) does not end on SIGKILL".formatted(name, pid()));
    }
  }

  /** Stands it still in the middle of whatever it does (SIGSTOP); its sockets stay open. */
  public void pause() {
    signal("STOP");
  }

  /** Lets a paused process go on (SIGCONT). */
  public void resume() {
    signal("CONT");
  }

  /** The last lines it wrote since it was started. */
  public List<String> lastLines(int count) {
    List<String> lines = output().lines().toList();
    return lines.subList(Math.max(0, lines.size() - count), lines.size());
  }

  /** What it wrote since it was started, at most the last 256 KiB. */
  String output() {
    try (var file = Files.newByteChannel(log)) {
      file.position(Math.max(logStart, file.size() - (256 << 10)));
      return new String(Channels.newInputStream(file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private void signal(String signal) {
    if (!isAlive()) {
      return;
    }
    try {
      new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + pid())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new BackendException("cannot send SIG%s to %s".formatted(signal, name), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
