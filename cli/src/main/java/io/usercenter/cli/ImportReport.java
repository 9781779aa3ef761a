package io.usercenter.cli;

import io.usercenter.shard.ShardScatter;
import io.usercenter.transfer.ImportProgress;
import io.usercenter.transfer.Importer;
import io.usercenter.transfer.Rejects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** What an import says while it runs and in the end; the counts are those of the shards. */
final class ImportReport {
  private static final int BAR = 30;

  private final Console console;
  private final ShardScatter scatter;
  private final long jobId;

  ImportReport(Console console, ShardScatter scatter, long jobId) {
    this.console = console;
    this.scatter = scatter;
    this.jobId = jobId;
  }

  /** One line: how far it is, how fast, and how long it will take. */
  static String bar(Importer.Position at, long bytes, Duration elapsed) {
    double part = bytes == 0 ? 1 : Math.min(1, (double) at.bytes() / bytes);
    double seconds = Math.max(1, elapsed.toMillis()) / 1000.0;
    int full = (int) (part * BAR);
    return "[%s%s] %3.0f %%, %d accounts, %d rejects, %.0f lines/s%s"
        .formatted(
            "=".repeat(full),
            " ".repeat(BAR - full),
            part * 100,
            at.imported(),
            at.rejected(),
            at.written() / seconds,
            part == 0 ? "" : ", %.0f s to go".formatted(seconds / part * (1 - part)));
  }

  void print() throws InterruptedException {
    ImportProgress progress = ImportProgress.of(scatter, jobId);
    console.line("");
    console.line("shard   accounts    rejects");
    progress
        .shards()
        .forEach(
            (shard, of) ->
                console.line(
                    "%5s %10d %10d%s"
                        .formatted(
                            shard,
                            of.imported(),
                            of.rejected(),
                            of.complete() ? "" : "  to be continued")));
    progress.away().forEach(shard -> console.line("%5s is away".formatted(shard)));
    console.line("  all %10d %10d".formatted(progress.imported(), progress.rejected()));
    progress
        .rejects()
        .forEach((code, count) -> console.line("      %10d  %s".formatted(count, code)));
    console.line("");
  }

  void speed(long lines, Duration elapsed) {
    console.line(
        "%d lines in %.1f s: %.0f lines/s; most memory of this process: %s"
            .formatted(
                lines,
                elapsed.toMillis() / 1000.0,
                lines * 1000.0 / Math.max(1, elapsed.toMillis()),
                peakMemory()));
  }

  void rejects(Path file, Rejects rejects) throws IOException, SQLException, InterruptedException {
    rejects.write(jobId, file);
    if (Files.size(file) > 0) {
      console.line("the lines that were rejected, and why: " + file);
    } else {
      Files.delete(file);
    }
  }

  /** VmHWM of proc(5): the peak resident set, heap and all; only Linux has it. */
  private static String peakMemory() {
    try {
      Optional<String> line =
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(each -> each.startsWith("VmHWM:"))
              .findFirst();
      return line.map(text -> text.substring("VmHWM:".length()).strip()).orElse("unknown");
    } catch (IOException notLinux) {
      return "unknown";
    }
  }
}
