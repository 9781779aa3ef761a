package io.usercenter.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Folders that are made once and then only read.
 *
 * <p>A folder is made beside its place and renamed into it, under a lock that other JVMs respect
 * too, so it is there whole or not at all.
 */
final class Cache {
  @FunctionalInterface
  interface Maker {
    void make(Path folder) throws IOException;
  }

  private final Path root;

  Cache(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /** {@code cache} in the folder of the system property {@code uc.home}, {@code .uc} by default. */
  static Cache standard() {
    return new Cache(Backends.home().resolve("cache"));
  }

  /** The folder of this name, made by {@code maker} when it is not there yet. */
  Path folder(String name, Maker maker) {
    Path folder = root.resolve(name);
    if (Files.isDirectory(folder)) {
      return folder;
    }
    // A file lock belongs to the JVM, so threads need a lock of their own.
    synchronized (Cache.class) {
      try {
        Files.createDirectories(root);
        try (FileChannel file =
                FileChannel.open(
                    root.resolve(name + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            FileLock _ = file.lock()) {
          if (!Files.isDirectory(folder)) {
            Path half = root.resolve(name + ".part");
            delete(half);
            Files.createDirectory(half);
            maker.make(half);
            Files.move(half, folder, StandardCopyOption.ATOMIC_MOVE);
          }
          return folder;
        }
      } catch (IOException e) {
        throw new BackendException(
            "cannot make %s: %s. If another user made %s, delete it or set -Duc.home."
                .formatted(folder, e, root),
            e);
      }
    }
  }

  /** Copies a tree; the target must not exist. */
  static void copy(Path from, Path to) throws IOException {
    try (var tree = Files.walk(from)) {
      tree.forEach(
          file -> {
            try {
              Files.copy(
                  file,
                  to.resolve(from.relativize(file).toString()),
                  StandardCopyOption.COPY_ATTRIBUTES,
                  LinkOption.NOFOLLOW_LINKS);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw new IOException("cannot copy %s to %s".formatted(from, to), e.getCause());
    }
  }

  /** Deletes a tree; nothing happens when it is not there. */
  static void delete(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // removed meanwhile, or its folder will tell
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
