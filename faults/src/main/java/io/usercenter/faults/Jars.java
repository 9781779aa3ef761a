package io.usercenter.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** What the build made. */
final class Jars {
  private Jars() {}

  /** The program of a module: the newest one if there are several. */
  static Path of(Path root, String module) {
    Path target = root.resolve(module).resolve("target");
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(file -> file.getFileName().toString().matches(module + "-[0-9].*\\.jar"))
          .filter(file -> !file.getFileName().toString().matches(".*-(sources|javadoc)\\.jar"))
          .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
          .orElseThrow(() -> notBuilt(module));
    } catch (IOException e) {
      throw notBuilt(module);
    }
  }

  private static IllegalStateException notBuilt(String module) {
    return new IllegalStateException(
        module + " has no jar: mvn -B -Dquick -DskipTests package, then again");
  }
}
