package io.usercenter.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * libaio and libnuma, which mysqld needs and a small Debian or Ubuntu does not have.
 *
 * <p>Root installs them with apt-get. Anybody else downloads the packages with a private state of
 * apt and unpacks them into the cache, where only mysqld looks for them.
 */
final class NativeLibraries {
  private static final System.Logger LOG = System.getLogger(NativeLibraries.class.getName());
  private static final Pattern MISSING =
      Pattern.compile("error while loading shared libraries: ([^:]+):");
  private static final String FOLDER = "mysql-libraries";

  // Debian 13 and Ubuntu 24.04 renamed the package, and the library in it.
  private static final List<List<String>> PACKAGES =
      List.of(List.of("libaio1", "libnuma1"), List.of("libaio1t64", "libnuma1"));
  private static final String RENAMED_LIBRARY = "libaio.so.1t64";
  private static final String LIBRARY = "libaio.so.1";

  private NativeLibraries() {}

  /**
   * The environment in which this program finds its libraries, after providing them if necessary.
   *
   * @throws BackendException when they are missing and cannot be had
   */
  static Map<String, String> environmentFor(Path program, Cache cache) {
    if (runs(program, Map.of())) {
      return Map.of();
    }
    if (Executables.onPath("apt-get").isEmpty() || Executables.onPath("dpkg-deb").isEmpty()) {
      throw new BackendException(
          "MySQL needs the libraries libaio.so.1 and libnuma.so.1, and there is no apt-get to get"
              + " them with. Install them (Fedora: dnf install libaio numactl-libs)");
    }
    if (Apt.install("MySQL needs libraries", PACKAGES) && runs(program, Map.of())) {
      return Map.of();
    }
    Path folder = cache.folder(FOLDER, NativeLibraries::download);
    Map<String, String> environment = Map.of("LD_LIBRARY_PATH", folder.toString());
    if (runs(program, environment)) {
      return environment;
    }
    throw new BackendException(
        "MySQL does not run here: %s. Run as root: %s"
            .formatted(missing(program, environment).orElse("unknown reason"), howTo()));
  }

  private static String howTo() {
    return "apt-get update && apt-get install -y --no-install-recommends libaio1 libnuma1 (since"
        + " Debian 13 and Ubuntu 24.04: libaio1t64 libnuma1)";
  }

  private static boolean runs(Path program, Map<String, String> environment) {
    return version(program, environment).ok();
  }

  private static Optional<String> missing(Path program, Map<String, String> environment) {
    String output = version(program, environment).output().strip();
    Matcher matcher = MISSING.matcher(output);
    return matcher.find() ? Optional.of(matcher.group(1) + " is missing") : Optional.of(output);
  }

  private static Executables.Result version(Path program, Map<String, String> environment) {
    return Executables.run(
        Path.of("/"), environment, List.of(program.toString(), "--no-defaults", "--version"));
  }

  private static void download(Path folder) throws IOException {
    Path work = Files.createDirectory(folder.resolve("work"));
    if (!fetch(work)) {
      Cache.delete(work);
      throw new BackendException(
          "MySQL needs libaio.so.1 and libnuma.so.1, and apt-get cannot download them. Run as root:"
              + " "
              + howTo());
    }
    try (Stream<Path> files = Files.list(work)) {
      for (Path deb : files.filter(file -> file.toString().endsWith(".deb")).toList()) {
        Executables.run(
            work, Map.of(), List.of("dpkg-deb", "-x", deb.toString(), work + "/unpacked"));
      }
    }
    try (Stream<Path> files = Files.walk(work.resolve("unpacked"))) {
      for (Path library : files.filter(file -> file.toString().contains(".so.")).toList()) {
        // Following links: what is kept is the file, under each of its names.
        Files.copy(library, folder.resolve(library.getFileName().toString()));
      }
    }
    Path renamed = folder.resolve(RENAMED_LIBRARY);
    if (Files.exists(renamed)) {
      Files.copy(renamed, folder.resolve(LIBRARY));
    }
    Cache.delete(work);
  }

  // First with the lists of packages that the machine has, then with lists of our own.
  private static boolean fetch(Path work) throws IOException {
    Path apt = work.resolve("apt");
    Files.createDirectories(apt.resolve("lists/partial"));
    Files.createDirectories(apt.resolve("cache/archives/partial"));
    List<String> ownState =
        List.of(
            "-oDir::State::lists=" + apt.resolve("lists"),
            "-oDir::Cache=" + apt.resolve("cache"),
            "-oDir::State::status=/var/lib/dpkg/status",
            "-oAPT::Sandbox::User=root",
            "-oDebug::NoLocking=true");
    LOG.log(System.Logger.Level.INFO, "downloading the libraries that MySQL needs");
    for (List<String> packages : PACKAGES) {
      if (aptGet(work, List.of(), "download", packages)) {
        return true;
      }
    }
    if (!aptGet(work, ownState, "update", List.of())) {
      return false;
    }
    for (List<String> packages : PACKAGES) {
      if (aptGet(work, ownState, "download", packages)) {
        return true;
      }
    }
    return false;
  }

  private static boolean aptGet(
      Path work, List<String> options, String verb, List<String> packages) {
    List<String> command = new ArrayList<>(List.of("apt-get"));
    command.addAll(options);
    command.add(verb);
    command.addAll(packages);
    return Executables.run(work, Map.of(), command).ok();
  }
}
