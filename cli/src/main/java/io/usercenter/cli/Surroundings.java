package io.usercenter.cli;

import io.usercenter.testkit.Executables;
import io.usercenter.testkit.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What {@code up} needs around it, looked at without changing anything. */
final class Surroundings {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final int MYSQL_PORT = 3306;
  private static final int REDIS_PORT = 6379;

  // Linux: Documentation/admin-guide/mm/transhuge.rst
  private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

  private final UpSettings settings;
  private final Path home;

  Surroundings(UpSettings settings, Path home) {
    this.settings = settings;
    this.home = home.toAbsolutePath().normalize();
  }

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(jdk(Runtime.version().feature(), System.getProperty("java.home")));
    findings.add(disk());
    settings.ports().forEach((variable, port) -> findings.add(port(variable, port)));
    findings.addAll(mysql());
    findings.add(redis());
    hugePages(HUGE_PAGES).ifPresent(findings::add);
    return findings;
  }

  static Finding jdk(int feature, String folder) {
    String text = "Java %d in %s".formatted(feature, folder);
    return feature == 25 ? Finding.ok(text) : Finding.warn(text + "; 25 is what is tested");
  }

  private Finding disk() {
    Path existing = home;
    while (!Files.exists(existing)) {
      existing = existing.resolveSibling("");
    }
    try {
      return disk(Files.getFileStore(existing).getUsableSpace());
    } catch (IOException e) {
      return Finding.warn("the free space of %s is not known: %s".formatted(existing, e));
    }
  }

  Finding disk(long freeBytes) {
    String text =
        "%d MB free for %s, %d MB needed"
            .formatted(freeBytes / 1_000_000, home, Preflight.NEEDED_BYTES / 1_000_000);
    return freeBytes >= Preflight.NEEDED_BYTES ? Finding.ok(text) : Finding.warn(text);
  }

  static Finding port(String variable, int port) {
    if (Ports.isFree(port)) {
      return Finding.ok("port %d is free (%s)".formatted(port, variable));
    }
    OptionalLong holder = Listeners.pidOf(port);
    return Finding.warn(
        "port %d is taken by %s; stop that, or set %s to another port"
            .formatted(
                port,
                holder.isPresent()
                    ? Listeners.describe(holder.getAsLong())
                    : "a process of another user",
                variable));
  }

  private List<Finding> mysql() {
    return settings
        .variable("UC_DB_INSTANCES")
        .map(
            instances ->
                Stream.of(instances.split(",", -1))
                    .map(instance -> instance.split("=", 2)[0].strip())
                    .map(address -> reach("MySQL", "//" + address, MYSQL_PORT))
                    .toList())
        .orElseGet(() -> Stream.of("libaio.so.1", "libnuma.so.1").map(this::library).toList());
  }

  private Finding library(String name) {
    if (!System.getProperty("os.name").startsWith("Linux")) {
      return Finding.ok(name + " is needed on Linux only");
    }
    String triplet = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
    return Stream.of("", "64", "/" + triplet + "-linux-gnu")
        .flatMap(folder -> Stream.of(Path.of("/lib" + folder), Path.of("/usr/lib" + folder)))
        .flatMap(folder -> Stream.of(folder.resolve(name), folder.resolve(name + "t64")))
        .filter(Files::exists)
        .findFirst()
        .map(file -> Finding.ok("%s, which MySQL needs".formatted(file)))
        .orElseGet(
            () ->
                Finding.warn(
                    "%s is missing, which MySQL needs; up fetches it where it can (apt-get install libaio1 libnuma1)"
                        .formatted(name)));
  }

  private Finding redis() {
    return settings
        .variable("UC_REDIS_URL")
        .map(url -> reach("Redis", url, REDIS_PORT))
        .orElseGet(
            () ->
                Executables.onPath("redis-server")
                    .map(file -> Finding.ok("Redis: up starts %s".formatted(file)))
                    .orElseGet(() -> Finding.ok("Redis: up starts the one that it brings")));
  }

  /**
   * Whether the memory of a password hash comes in large pieces. Its library takes it anew for each
   * hash, and only the system's setting decides how.
   *
   * @param setting where Linux says it; need not be there
   */
  static Optional<Finding> hugePages(Path setting) {
    String modes;
    try {
      modes = Files.readString(setting).strip();
    } catch (IOException e) {
      return Optional.empty(); // another system, or one that has no such pages
    }
    return Optional.of(
        modes.contains("[always]")
            ? Finding.ok("transparent huge pages are on, which password hashes are faster with")
            : Finding.warn(
                ("transparent huge pages: %s: a password hash may take twice as long as with"
                        + " always, as its memory comes in pieces of 4 KB (echo always > %s)")
                    .formatted(modes, setting)));
  }

  static Finding reach(String what, String address, int standardPort) {
    try (Socket socket = new Socket()) {
      URI uri = URI.create(address);
      if (uri.getHost() == null) {
        return Finding.warn("%s: %s is no address".formatted(what, address));
      }
      int port = uri.getPort() < 0 ? standardPort : uri.getPort();
      socket.connect(
          new InetSocketAddress(uri.getHost(), port), Math.toIntExact(CONNECT.toMillis()));
      return Finding.ok("%s answers at %s:%d".formatted(what, uri.getHost(), port));
    } catch (IOException | IllegalArgumentException e) {
      // The address may hold a password.
      return Finding.warn("%s does not answer: %s".formatted(what, e.getMessage()));
    }
  }
}
