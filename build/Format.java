import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.StringWrapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks that every Java file is formatted, or formats it.
 *
 * <p>Arguments: {@code check} or {@code fix}, then the root of the repository. Files that were
 * found formatted are remembered by size and time, so that only what changed is read again.
 */
final class Format {
  public static void main(String[] arguments) throws IOException {
    boolean fix = arguments[0].equals("fix");
    Path root = Path.of(arguments[1]);
    // What was formatted for one version of the formatter may not be for the next.
    String formatter =
        Formatter.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    Path memory = root.resolve("target/formatted-" + Path.of(formatter).getFileName() + ".txt");
    Set<String> known =
        Files.exists(memory) ? new HashSet<>(Files.readAllLines(memory)) : new HashSet<>();

    List<Path> sources = sources(root);
    List<Path> wrong =
        sources.parallelStream()
            .filter(file -> !known.contains(mark(root, file)))
            .filter(file -> !isFormatted(file, fix))
            .sorted()
            .toList();
    Set<String> formatted = new TreeSet<>();
    for (Path file : sources) {
      if (fix || !wrong.contains(file)) {
        formatted.add(mark(root, file));
      }
    }
    Files.createDirectories(memory.getParent());
    Files.write(memory, formatted);

    for (Path file : wrong) {
      System.err.println((fix ? "formatted " : "[ERROR] not formatted: ") + root.relativize(file));
    }
    if (!fix && !wrong.isEmpty()) {
      System.err.println("[ERROR] This formats them: ./uc fmt");
      System.exit(1);
    }
  }

  private static List<Path> sources(Path root) throws IOException {
    List<Path> sources = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            boolean skipped =
                !folder.equals(root)
                    && (name.startsWith(".")
                        || name.equals("target")
                        || name.equals("node_modules")
                        || Files.exists(folder.resolve(".git")));
            return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              sources.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return sources;
  }

  private static boolean isFormatted(Path file, boolean fix) {
    try {
      String source = Files.readString(file);
      // The order and the steps of the formatter's own command line.
      Formatter formatter = new Formatter();
      String formatted =
          StringWrapper.wrap(
              formatter.formatSourceAndFixImports(RemoveUnusedImports.removeUnusedImports(source)),
              formatter);
      if (!formatted.equals(source) && fix) {
        Files.writeString(file, formatted);
      }
      return formatted.equals(source);
    } catch (FormatterException e) {
      return true; // not Java yet: the compiler says it better
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String mark(Path root, Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.size()
          + " "
          + attributes.lastModifiedTime().toMillis()
          + " "
          + root.relativize(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
