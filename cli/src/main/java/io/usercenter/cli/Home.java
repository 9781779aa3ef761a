package io.usercenter.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds all that {@code up} keeps between runs; only its owner may look into it.
 *
 * <pre>
 *   secrets/      one file each, mode 0600
 *   mysql/data    redis/data
 *   logs/         one file for each process
 *   cache/        unpacked servers; may be deleted
 *   up.lock       held by the up that runs, with its process id
 * </pre>
 */
final class Home implements AutoCloseable {
  private static final long LOG_LIMIT = 10L << 20;
  private static final String OWNER_ONLY = "rwx------";

  private final Path root;
  private final FileLock lock;

  private Home(Path root, FileLock lock) {
    this.root = root;
    this.lock = lock;
  }

  /**
   * Makes what is missing and takes the lock.
   *
   * @throws UcException when another {@code up} has the folder, or it cannot be used
   */
  static Home open(Path folder) {
    Path root = folder.toAbsolutePath().normalize();
    try {
      for (Path each : new Path[] {root, root.resolve("secrets"), root.resolve("logs")}) {
        Files.createDirectories(each);
        Files.setPosixFilePermissions(each, PosixFilePermissions.fromString(OWNER_ONLY));
      }
      return new Home(root, lock(root.resolve("up.lock")));
    } catch (IOException e) {
      throw new UcException(
          "cannot use %s: %s. If another user made it, run as that user or set UC_HOME to another folder."
              .formatted(root, e),
          e);
    }
  }

  private static FileLock lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileLock lock = tryLock(channel);
    if (lock == null) {
      String pid = Files.readString(file).strip();
      channel.close();
      throw new UcException(
          "another up (pid %s) runs on %s. Stop it first, or give this one its own folder and ports: UC_HOME, UC_PORT, UC_INTERNAL_PORT, UC_LISTENER_PORT, UC_MYSQL_PORT, UC_REDIS_PORT."
              .formatted(pid, file.resolveSibling("")));
    }
    channel.truncate(0);
    String pid = ProcessHandle.current().pid() + "\n";
    channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
    return lock;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException thisJvmHasIt) {
      return null;
    }
  }

  Path root() {
    return root;
  }

  Path secrets() {
    return root.resolve("secrets");
  }

  Path mysqlData() {
    return root.resolve("mysql/data");
  }

  Path redisData() {
    return root.resolve("redis/data");
  }

  /** Where a process writes; what it wrote before is set aside when it has become long. */
  Path log(String name) {
    Path log = root.resolve("logs").resolve(name + ".log");
    try {
      if (Files.exists(log) && Files.size(log) > LOG_LIMIT) {
        Files.move(log, log.resolveSibling(name + ".log.1"), StandardCopyOption.REPLACE_EXISTING);
      }
      return log;
    } catch (IOException e) {
      throw new UcException("cannot set %s aside: %s".formatted(log, e), e);
    }
  }

  /** Bytes that can still be written. */
  long freeBytes() {
    try {
      return Files.getFileStore(root).getUsableSpace();
    } catch (IOException e) {
      throw new UcException("cannot tell the free space of %s: %s".formatted(root, e), e);
    }
  }

  /** Lets another {@code up} have the folder. */
  @Override
  public void close() {
    try {
      lock.acquiredBy().close();
    } catch (IOException e) {
      throw new UcException("cannot release " + root, e);
    }
  }
}
