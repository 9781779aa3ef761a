package io.usercenter.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A redis-server that runs on this machine.
 *
 * @param version such as {@code 7.0.15}
 */
record RedisBinary(String version, Path program) {
  private static final Pattern VERSION = Pattern.compile("v=(\\d+)\\.(\\d+)\\.\\d+");

  /** The machine's own if it is 6.2 or newer and wanted, else the one that comes with the build. */
  static RedisBinary find(boolean embedded) {
    if (!embedded) {
      Optional<RedisBinary> installed =
          Executables.onPath("redis-server").flatMap(RedisBinary::probe);
      if (installed.isPresent()) {
        return installed.get();
      }
    }
    String resource = resource();
    Path program = Cache.standard().folder("redis", f -> extract(resource, f)).resolve(resource);
    return probe(program)
        .orElseThrow(
            () ->
                new BackendException(
                    program
                        + " does not run on this machine. Install Redis 6.2 or newer (apt-get"
                        + " install redis-server), or point UC_REDIS_URL at one"));
  }

  private static Optional<RedisBinary> probe(Path program) {
    Executables.Result result =
        Executables.run(Path.of("/"), Map.of(), List.of(program.toString(), "--version"));
    Matcher version = VERSION.matcher(result.output());
    if (!result.ok() || !version.find()) {
      return Optional.empty();
    }
    int number = 100 * Integer.parseInt(version.group(1)) + Integer.parseInt(version.group(2));
    return number < 602
        ? Optional.empty()
        : Optional.of(new RedisBinary(version.group().substring(2), program));
  }

  private static String resource() {
    String system = System.getProperty("os.name", "") + "/" + System.getProperty("os.arch", "");
    return switch (system) {
      case "Linux/amd64", "Linux/x86_64" -> "redis-server-6.2.6-v5-linux-amd64";
      case "Linux/aarch64" -> "redis-server-6.2.7-linux-arm64";
      case "Mac OS X/x86_64" -> "redis-server-6.2.6-v5-darwin-amd64";
      case "Mac OS X/aarch64" -> "redis-server-6.2.6-v5-darwin-arm64";
      default ->
          throw new BackendException(
              "there is no packed Redis for %s. Install Redis 6.2 or newer, or point UC_REDIS_URL at one"
                  .formatted(system));
    };
  }

  private static void extract(String resource, Path folder) throws IOException {
    Path program = folder.resolve(resource);
    try (InputStream in = RedisBinary.class.getResourceAsStream("/" + resource)) {
      if (in == null) {
        throw new BackendException(
            resource + " is not on the class path; it comes with embedded-redis");
      }
      Files.copy(in, program);
    }
    if (!program.toFile().setExecutable(true, false)) {
      throw new IOException("cannot make %s executable".formatted(program));
    }
  }
}
