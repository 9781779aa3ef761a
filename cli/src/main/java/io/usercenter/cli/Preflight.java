package io.usercenter.cli;

import io.usercenter.testkit.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * What must be so before anything is started. Nothing is changed, and never is anything deleted.
 */
final class Preflight {
  /** Data, logs and unpacked servers of a first start take about 1 GB. */
  static final long NEEDED_BYTES = 2_000_000_000L;

  // The processes of an up that was killed end by themselves within this time.
  private static final Duration LEFTOVERS_END_WITHIN = Duration.ofSeconds(45);

  private static final Duration ENDING = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(50);

  private final Home home;
  private final UpSettings settings;
  private final Console console;

  Preflight(Home home, UpSettings settings, Console console) {
    this.home = home;
    this.settings = settings;
    this.console = console;
  }

  /**
   * Checks disk, ports and the folder.
   *
   * @throws UcException naming everything that is wrong and what to do about it
   */
  void check() {
    List<String> wrong = new ArrayList<>();
    disk(home.freeBytes(), wrong);
    settings.ports().forEach((variable, port) -> port(variable, port, wrong));
    data(wrong);
    if (!wrong.isEmpty()) {
      throw new UcException("cannot start:\n  " + String.join("\n  ", wrong));
    }
  }

  void disk(long freeBytes, List<String> wrong) {
    if (freeBytes < NEEDED_BYTES) {
      wrong.add(
          "%s has %d MB left, 2000 MB are needed. Free some, or set UC_HOME to a folder elsewhere."
              .formatted(home.root(), freeBytes / 1_000_000));
    }
  }

  private void port(String variable, int port, List<String> wrong) {
    Stopwatch watch = new Stopwatch();
    while (!Ports.isFree(port)) {
      OptionalLong holder = Listeners.pidOf(port);
      if (holder.isPresent() && isOurs(holder.getAsLong()) && ends(holder.getAsLong())) {
        continue;
      }
      // One that nobody holds may belong to a process that is ending just now.
      if (holder.isPresent() || watch.passed(ENDING)) {
        wrong.add(
            "port %d is taken%s. Stop what has it, or set %s to another port."
                .formatted(
                    port,
                    holder.isPresent()
                        ? " by " + Listeners.describe(holder.getAsLong())
                        : " by a process of another user",
                    variable));
        return;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  // Every process that up starts works in a folder of its home.
  private boolean isOurs(long pid) {
    return Listeners.folderOf(pid).filter(folder -> folder.startsWith(home.root())).isPresent();
  }

  private boolean ends(long pid) {
    console.line(
        "waiting for a process of the last run to end (%s) ...".formatted(Listeners.describe(pid)));
    try {
      Optional<ProcessHandle> process = ProcessHandle.of(pid);
      if (process.isEmpty()) {
        return true;
      }
      process.get().onExit().get(LEFTOVERS_END_WITHIN.toSeconds(), TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void data(List<String> wrong) {
    Path key = home.secrets().resolve(Up.MASTER_KEY);
    boolean keyIsElsewhere =
        settings
            .variable("UC_MASTER_KEY")
            .or(() -> settings.variable("UC_MASTER_KEY_FILE"))
            .isPresent();
    if (settings.startsMySql()
        && Files.isDirectory(home.mysqlData())
        && !Files.exists(key)
        && !keyIsElsewhere) {
      wrong.add(
          "there is data in %s, but its master key %s is missing, without which the signing keys in it cannot be opened. Put the key back, or move the data away."
              .formatted(home.mysqlData(), key));
    }
  }
}
