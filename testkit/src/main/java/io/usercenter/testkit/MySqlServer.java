package io.usercenter.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A real MySQL 8.0 server as a child process, listening on 127.0.0.1 only.
 *
 * <p>On a machine where the libraries of MySQL are missing and cannot be had, MariaDB stands in and
 * a warning says so; see {@link #version()}.
 */
public final class MySqlServer implements BackendServer {
  // A server that was killed in the middle of heavy writing first replays its log.
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);

  private static final int PORTS_TO_TRY = 10;

  private final MySqlBinaries binaries;
  private final Path dataDirectory;
  private final int port;
  private final MySqlSettings settings;
  private final Path log;
  private final @Nullable Path scratch;
  private final Supervised life;

  private MySqlServer(
      MySqlBinaries binaries,
      Path dataDirectory,
      int port,
      MySqlSettings settings,
      @Nullable Path scratch) {
    this.binaries = binaries;
    this.dataDirectory = dataDirectory;
    this.port = port;
    this.settings = settings;
    this.log = settings.log() != null ? settings.log() : dataDirectory.resolveSibling("server.log");
    this.scratch = scratch;
    this.life = Supervised.start(READY_WITHIN, this::launch, this::answers);
  }

  /**
   * Starts a server on this data directory, which is made when it is not there, and returns when it
   * answers.
   *
   * @param port 0 takes a free one
   * @throws BackendException when it does not come up; the message holds its last lines
   */
  public static MySqlServer start(Path dataDirectory, int port, MySqlSettings settings) {
    return start(dataDirectory, port, settings, null);
  }

  /** As above; closing the server deletes the folder {@code scratch}. */
  static MySqlServer start(
      Path dataDirectory, int port, MySqlSettings settings, @Nullable Path scratch) {
    MySqlBinaries binaries = MySqlBinaries.standard();
    Path data = dataDirectory.toAbsolutePath().normalize();
    prepare(binaries, data);
    if (port != 0) {
      return new MySqlServer(binaries, data, port, settings, scratch);
    }
    for (int attempt = 1; ; attempt++) {
      try {
        return new MySqlServer(binaries, data, Ports.free(), settings, scratch);
      } catch (BackendException e) {
        if (attempt == PORTS_TO_TRY || !isPortTaken(e)) {
          throw e;
        }
      }
    }
  }

  private static boolean isPortTaken(BackendException e) {
    return String.valueOf(e.getMessage()).contains("Address already in use");
  }

  private static void prepare(MySqlBinaries binaries, Path data) {
    if (Files.isDirectory(data)) {
      if (!Files.exists(data.resolve(binaries.systemFile()))) {
        throw new BackendException(
            "%s is not a data directory of %s: %s is missing. Nothing was changed in it. Move it away to start with an empty one, or put back what is missing."
                .formatted(data, binaries.name(), binaries.systemFile()));
      }
      return;
    }
    Path template = binaries.template();
    Path half = data.resolveSibling(data.getFileName() + ".part");
    try {
      Files.createDirectories(data.getParent());
      Cache.delete(half);
      Cache.copy(template, half);
      Files.move(half, data, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new BackendException("cannot make the data directory " + data, e);
    }
  }

  private ChildProcess launch() {
    List<String> command = new ArrayList<>();
    command.add(binaries.program().toString());
    command.add("--no-defaults"); // must come first
    command.addAll(binaries.options());
    command.addAll(
        List.of(
            "--datadir=" + dataDirectory,
            "--bind-address=127.0.0.1",
            "--port=" + port,
            // Relative to the data directory: a socket's path may have 107 characters at most.
            "--socket=socket",
            "--pid-file=server.pid",
            "--init-file=" + writeInitFile(),
            "--default-time-zone=+00:00",
            "--max-connections=" + settings.maxConnections(),
            "--innodb-buffer-pool-size=" + settings.bufferPoolMb() + "M",
            "--innodb-flush-log-at-trx-commit=" + (settings.durable() ? 1 : 2),
            "--skip-log-bin",
            "--performance-schema=OFF"));
    command.addAll(settings.options());
    return ChildProcess.start(
        binaries.name() + " on port " + port,
        command,
        binaries.environment(),
        dataDirectory,
        log,
        scratch == null ? Duration.ofSeconds(30) : Duration.ZERO);
  }

  // The server runs these statements at every start, before it lets anybody in. One line each.
  private Path writeInitFile() {
    StringBuilder sql = new StringBuilder("SELECT 1;\n");
    for (MySqlSettings.Account account : settings.accounts()) {
      // The rights of an earlier start are taken back.
      sql.append(
          """
          CREATE USER IF NOT EXISTS '%1$s'@'localhost';
          ALTER USER '%1$s'@'localhost' IDENTIFIED BY '%2$s';
          REVOKE ALL PRIVILEGES, GRANT OPTION FROM '%1$s'@'localhost';
          """
              .formatted(account.user(), account.password()));
      for (MySqlSettings.Right right : account.rights()) {
        sql.append(
            "GRANT %s ON `%s`.* TO '%s'@'localhost';\n"
                .formatted(right.privileges(), right.databases(), account.user()));
      }
    }
    if (!settings.accounts().isEmpty()) {
      sql.append("ALTER USER 'root'@'localhost' ACCOUNT LOCK;\n");
    }
    Path file = initFile();
    try {
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return Files.writeString(file, sql, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new BackendException("cannot write " + file, e);
    }
  }

  private Path initFile() {
    return dataDirectory.resolveSibling(dataDirectory.getFileName() + ".init.sql");
  }

  // The log line tells that it is this server which has the port, the greeting that it talks.
  private boolean answers(ChildProcess process) {
    Pattern readyOnPort =
        Pattern.compile("ready for connections.*?port: " + port + "\\b", Pattern.DOTALL);
    if (!readyOnPort.matcher(process.output()).find() || !greets()) {
      return false;
    }
    initFile().toFile().delete(); // it may hold a password
    return true;
  }

  private boolean greets() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      socket.setSoTimeout(1000);
      byte[] start = socket.getInputStream().readNBytes(5);
      // Four bytes of header, then the version of the protocol; an error packet has 0xff there.
      return start.length == 5 && start[4] == 10;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Name and version of what runs: {@code MySQL 8.0.31}, or MariaDB where it stands in. */
  public String version() {
    return binaries.name();
  }

  /** Whether MariaDB stands in for MySQL: some SQL of MySQL 8 will then fail. */
  public boolean isStandIn() {
    return binaries.isMariaDb();
  }

  /** {@code 127.0.0.1:port}. */
  public String address() {
    return host() + ":" + port;
  }

  /** Who gets in. */
  public String user() {
    return settings.accounts().isEmpty() ? "root" : settings.accounts().getFirst().user();
  }

  /** The password of {@link #user()}; empty for the root of a test server. */
  public String password() {
    return settings.accounts().isEmpty() ? "" : settings.accounts().getFirst().password();
  }

  /** JDBC URL of the server itself, no database chosen. */
  public String jdbcUrl() {
    return jdbcUrl("");
  }

  /** JDBC URL of a database, without user and password; times are UTC. */
  public String jdbcUrl(String database) {
    return "jdbc:mysql://%s/%s?useSSL=false&allowPublicKeyRetrieval=true&connectionTimeZone=UTC"
        .formatted(address(), database);
  }

  /** Where its messages are. */
  public Path log() {
    return log;
  }

  /** Where its data is. */
  public Path dataDirectory() {
    return dataDirectory;
  }

  /** The process that runs now, or ran last. */
  public ChildProcess process() {
    return life.process();
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public long pid() {
    return process().pid();
  }

  @Override
  public boolean isRunning() {
    return process().isAlive();
  }

  @Override
  public void stop() {
    life.stop();
  }

  @Override
  public void kill9() {
    process().kill9();
  }

  @Override
  public void pause() {
    process().pause();
  }

  @Override
  public void resume() {
    process().resume();
  }

  @Override
  public void restart() {
    life.restart();
  }

  @Override
  public void close() {
    if (scratch == null) {
      stop();
    } else {
      kill9();
      Backends.closed(this, scratch);
    }
  }

  @Override
  public String toString() {
    return process().name();
  }
}
