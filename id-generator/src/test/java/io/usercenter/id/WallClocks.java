package io.usercenter.id;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Wall clocks of child processes, moved from outside while they run. */
sealed interface WallClocks {
  /** For a message. */
  String name();

  /** What stands before the child's command. */
  List<String> before(int process) throws IOException;

  /** What {@link MintingProcess} is told about its wall clock. */
  String argument(int process);

  /** Makes a process's wall clock wrong by so much, also in its later lives. */
  void set(int process, Duration offset) throws IOException;

  /** The system's clock itself, by libfaketime, where it is installed and works. */
  static WallClocks best(Path folder) throws IOException, InterruptedException {
    String probe = "echo \"$LD_PRELOAD\"; date +%s";
    try {
      Process faketime =
          new ProcessBuilder("faketime", "-m", "-f", "+7200s", "/bin/sh", "-c", probe)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      List<String> said =
          new String(faketime.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      long twoHours = System.currentTimeMillis() / 1000 + 7200;
      if (faketime.waitFor() == 0
          && said.size() == 2
          && Math.abs(Long.parseLong(said.get(1)) - twoHours) < 60) {
        return new Faked(folder, said.get(0));
      }
      System.out.println("faketime does not work here: " + said);
    } catch (IOException e) {
      System.out.println("no faketime: " + e.getMessage());
    }
    return new HandedIn(folder, new HashMap<>());
  }

  /** The child's generator gets a wall clock that adds what stands in a mapped file. */
  record HandedIn(Path folder, Map<Integer, MappedByteBuffer> offsets) implements WallClocks {
    @Override
    public String name() {
      return "handed in, the system's plus an offset in a mapped file";
    }

    @Override
    public List<String> before(int process) {
      return List.of();
    }

    @Override
    public String argument(int process) {
      return folder.resolve("wall." + process).toString();
    }

    @Override
    public void set(int process, Duration offset) throws IOException {
      MappedByteBuffer file = offsets.get(process);
      if (file == null) {
        file = MintingProcess.map(Path.of(argument(process)));
        offsets.put(process, file);
      }
      file.putLong(0, offset.toMillis());
    }
  }

  /** The whole child sees another wall time; the monotonic clock stays as it is. */
  record Faked(Path folder, String library) implements WallClocks {
    @Override
    public String name() {
      return "the system's, moved by libfaketime";
    }

    @Override
    public List<String> before(int process) {
      return List.of(
          "env",
          "LD_PRELOAD=" + library,
          "FAKETIME_TIMESTAMP_FILE=" + file(process),
          "FAKETIME_NO_CACHE=1",
          "DONT_FAKE_MONOTONIC=1",
          // Or waits of the JVM, which are by the monotonic clock, come back at once.
          "FAKETIME_FORCE_MONOTONIC_FIX=0");
    }

    @Override
    public String argument(int process) {
      return "real";
    }

    @Override
    public void set(int process, Duration offset) throws IOException {
      Path next = folder.resolve("faketime." + process + ".next");
      Files.writeString(next, "%+d%n".formatted(offset.toSeconds()));
      Files.move(next, file(process), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path file(int process) {
      return folder.resolve("faketime." + process);
    }
  }
}
