package io.usercenter.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Installs packages of Debian and Ubuntu, where this process may. */
final class Apt {
  private static final System.Logger LOG = System.getLogger(Apt.class.getName());

  private Apt() {}

  /**
   * Installs the first choice that can be had, with the lists of packages that the machine has, and
   * else with new ones. False when this process is not root or nothing could be installed.
   */
  static boolean install(String why, List<List<String>> choices) {
    if (!Executables.isRoot() || Executables.onPath("apt-get").isEmpty()) {
      return false;
    }
    Map<String, String> quiet = Map.of("DEBIAN_FRONTEND", "noninteractive");
    for (boolean updated : new boolean[] {false, true}) {
      if (updated) {
        Executables.run(Path.of("/"), quiet, List.of("apt-get", "update"));
      }
      for (List<String> packages : choices) {
        List<String> command =
            new ArrayList<>(List.of("apt-get", "install", "-y", "--no-install-recommends"));
        command.addAll(packages);
        LOG.log(System.Logger.Level.INFO, "{0}: {1}", why, String.join(" ", command));
        if (Executables.run(Path.of("/"), quiet, command).ok()) {
          return true;
        }
      }
    }
    return false;
  }
}
