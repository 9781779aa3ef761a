package io.usercenter.testkit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Real servers for tests: a MySQL and a Redis that all tests of this JVM share, and private ones
 * for tests that break theirs.
 *
 * <p>Nothing has to be installed. The servers are unpacked once below the folder of the system
 * property {@code uc.home} ({@code .uc} by default), start in one or two seconds, listen on
 * 127.0.0.1 only and end with the JVM, their data with them.
 *
 * <pre>{@code
 * DriverManager.getConnection(Backends.mysql().jdbcUrl("mysql"), "root", "");
 * try (MySqlServer mine = Backends.newMySql()) { mine.kill9(); mine.restart(); }
 * }</pre>
 */
public final class Backends {
  private static final System.Logger LOG = System.getLogger(Backends.class.getName());
  private static final AtomicInteger STARTED = new AtomicInteger();
  private static final Set<BackendServer> THROWAWAY = ConcurrentHashMap.newKeySet();

  private static @Nullable MySqlServer sharedMySql;
  private static @Nullable RedisServer sharedRedis;

  /** The folder of this JVM's servers. A lock on a file beside it tells that the JVM lives. */
  private static final class Run {
    static final Path RUNS = home().resolve("run");
    static final Path FOLDER = RUNS.resolve(Long.toString(ProcessHandle.current().pid()));

    // Held until the JVM ends, in whatever way.
    static final FileLock LOCK = open();

    private static FileLock open() {
      try {
        Files.createDirectories(RUNS);
        try (FileChannel all = openFile(RUNS.resolve("all.lock"));
            FileLock _ = all.lock()) {
          sweep();
          FileLock lock = openFile(lockOf(FOLDER)).lock();
          Files.createDirectory(FOLDER);
          Runtime.getRuntime()
              .addShutdownHook(Thread.ofPlatform().name("end of backends").unstarted(Run::end));
          return lock;
        }
      } catch (IOException e) {
        throw new BackendException("cannot keep servers in %s: %s".formatted(RUNS, e), e);
      }
    }

    private static FileChannel openFile(Path file) throws IOException {
      return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static Path lockOf(Path folder) {
      return folder.resolveSibling(folder.getFileName() + ".lock");
    }

    /** Removes what JVMs left that could not tidy up. */
    private static void sweep() throws IOException {
      List<Path> folders;
      try (Stream<Path> files = Files.list(RUNS)) {
        folders = files.filter(Files::isDirectory).toList();
      }
      for (Path folder : folders) {
        try (FileChannel file = openFile(lockOf(folder));
            FileLock lock = file.tryLock()) {
          if (lock != null) {
            Cache.delete(folder);
            Files.deleteIfExists(lockOf(folder));
          }
        }
      }
    }

    private static void end() {
      for (BackendServer server : THROWAWAY) {
        try {
          server.kill9();
        } catch (BackendException e) {
          LOG.log(System.Logger.Level.WARNING, "while ending", e);
        }
      }
      discard(FOLDER);
      discard(lockOf(FOLDER));
    }
  }

  private Backends() {}

  /**
   * The MySQL that all tests of this JVM share; started when first asked for. Commits do not wait
   * for the disk. Use databases of your own, and never stop, pause or close it.
   */
  public static synchronized MySqlServer mysql() {
    MySqlServer server = sharedMySql;
    if (server == null) {
      server = newMySql(MySqlSettings.standard().relaxed());
      sharedMySql = server;
    }
    return server;
  }

  /**
   * The Redis that all tests of this JVM share; started when first asked for. Use keys of your own,
   * and never stop, pause, flush or close it.
   */
  public static synchronized RedisServer redis() {
    RedisServer server = sharedRedis;
    if (server == null) {
      server = newRedis();
      sharedRedis = server;
    }
    return server;
  }

  /** An empty MySQL of one's own, with durable commits. Closing it deletes its data. */
  public static MySqlServer newMySql() {
    return newMySql(MySqlSettings.standard());
  }

  /** An empty MySQL of one's own. Closing it deletes its data. */
  public static MySqlServer newMySql(MySqlSettings settings) {
    Path folder = newFolder("mysql");
    MySqlServer server = MySqlServer.start(folder.resolve("data"), 0, settings, folder);
    THROWAWAY.add(server);
    return server;
  }

  /** An empty Redis of one's own that keeps nothing over a restart. */
  public static RedisServer newRedis() {
    return newRedis(RedisSettings.standard());
  }

  /** An empty Redis of one's own. Closing it deletes its data. */
  public static RedisServer newRedis(RedisSettings settings) {
    Path folder = newFolder("redis");
    RedisServer server = RedisServer.start(folder.resolve("data"), 0, settings, folder);
    THROWAWAY.add(server);
    return server;
  }

  /** Forgets a server that has been closed, and deletes its folder. */
  static void closed(BackendServer server, Path folder) {
    THROWAWAY.remove(server);
    discard(folder);
  }

  /** Where servers are unpacked and run: the system property {@code uc.home}. */
  static Path home() {
    return Path.of(System.getProperty("uc.home", ".uc")).toAbsolutePath().normalize();
  }

  private static Path newFolder(String kind) {
    // Asking for the lock, not for the folder, makes both.
    if (!Run.LOCK.isValid()) {
      throw new BackendException("the folder %s is no longer ours".formatted(Run.FOLDER));
    }
    return Run.FOLDER.resolve(kind + "-" + STARTED.incrementAndGet());
  }

  private static void discard(Path folder) {
    try {
      Cache.delete(folder);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "cannot delete {0}: {1}", folder, e);
    }
  }
}
