package io.usercenter.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A real Redis server as a child process, listening on 127.0.0.1 only. */
public final class RedisServer implements BackendServer {
  private static final Duration READY_WITHIN = Duration.ofMinutes(1);
  private static final int PORTS_TO_TRY = 10;

  private final RedisBinary binary;
  private final Path dataDirectory;
  private final int port;
  private final RedisSettings settings;
  private final Path log;
  private final @Nullable Path scratch;
  private final Supervised life;

  private RedisServer(
      RedisBinary binary,
      Path dataDirectory,
      int port,
      RedisSettings settings,
      @Nullable Path scratch) {
    this.binary = binary;
    this.dataDirectory = dataDirectory;
    this.port = port;
    this.settings = settings;
    this.log = settings.log() != null ? settings.log() : dataDirectory.resolveSibling("server.log");
    this.scratch = scratch;
    this.life = Supervised.start(READY_WITHIN, this::launch, this::answers);
  }

  /**
   * Starts a server in this directory, which is made when it is not there, and returns when it
   * answers.
   *
   * @param port 0 takes a free one
   * @throws BackendException when it does not come up; the message holds its last lines
   */
  public static RedisServer start(Path dataDirectory, int port, RedisSettings settings) {
    return start(dataDirectory, port, settings, null);
  }

  /** As above; closing the server deletes the folder {@code scratch}. */
  static RedisServer start(
      Path dataDirectory, int port, RedisSettings settings, @Nullable Path scratch) {
    RedisBinary binary = RedisBinary.find(settings.embedded());
    Path data = dataDirectory.toAbsolutePath().normalize();
    try {
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new BackendException("cannot make the data directory " + data, e);
    }
    if (port != 0) {
      return new RedisServer(binary, data, port, settings, scratch);
    }
    for (int attempt = 1; ; attempt++) {
      try {
        return new RedisServer(binary, data, Ports.free(), settings, scratch);
      } catch (BackendException e) {
        if (attempt == PORTS_TO_TRY
            || !String.valueOf(e.getMessage()).contains("Address already in use")) {
          throw e;
        }
      }
    }
  }

  private ChildProcess launch() {
    List<String> command = new ArrayList<>();
    command.add(binary.program().toString());
    if (!settings.sentinel().isEmpty()) {
      command.add(sentinelFile().toString());
    }
    command.addAll(
        List.of(
            "--port",
            Integer.toString(port),
            "--bind",
            "127.0.0.1",
            "--daemonize",
            "no",
            "--dir",
            dataDirectory.toString()));
    if (settings.sentinel().isEmpty()) {
      command.addAll(
          List.of(
              "--save",
              "",
              "--appendonly",
              settings.persistent() ? "yes" : "no",
              "--maxmemory-policy",
              "noeviction"));
    } else {
      command.add("--sentinel");
    }
    command.addAll(settings.options());
    return ChildProcess.start(
        "Redis %s on port %d".formatted(binary.version(), port),
        command,
        Map.of(),
        dataDirectory,
        log,
        scratch == null ? Duration.ofSeconds(30) : Duration.ZERO);
  }

  // A sentinel writes into it what it has learnt, and reads that when it starts again.
  private Path sentinelFile() {
    Path file = dataDirectory.resolve("sentinel.conf");
    try {
      return Files.exists(file) ? file : Files.write(file, settings.sentinel());
    } catch (IOException e) {
      throw new BackendException("cannot write " + file, e);
    }
  }

  // Asks for the process id, so that another server on this port cannot be taken for this one.
  private boolean answers(ChildProcess process) {
    try {
      String info = ask("INFO server");
      return info.contains("process_id:" + process.pid() + "\r\n") && ask("PING").equals("+PONG");
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Empties all databases of the server (FLUSHALL). */
  public void flush() {
    order("FLUSHALL");
  }

  /**
   * Sends a command that is answered with {@code OK}.
   *
   * @throws BackendException when it is answered with anything else, or not at all
   */
  public void order(String command) {
    String answer = request(command);
    if (!answer.equals("+OK")) {
      throw new BackendException("%s answered %.40s with %s".formatted(this, command, answer));
    }
  }

  /**
   * Sends a command, its parts separated by spaces.
   *
   * @return the first line of the answer, or the text that it announces
   */
  public String request(String command) {
    try {
      return ask(command);
    } catch (IOException e) {
      throw new BackendException("%s does not answer %.40s".formatted(this, command), e);
    }
  }

  // An inline command (Redis serialization protocol), then the first line, or the bulk it
  // announces.
  private String ask(String command) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      socket.setSoTimeout(2000);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      var in = socket.getInputStream();
      StringBuilder line = new StringBuilder();
      for (int b = in.read(); b >= 0 && b != '\r'; b = in.read()) {
        line.append((char) b);
      }
      if (line.isEmpty() || line.charAt(0) != '$') {
        return line.toString();
      }
      in.skipNBytes(1);
      int length = Integer.parseInt(line, 1, line.length(), 10);
      return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
  }

  /** Version of the server: {@code 7.0.15}. */
  public String version() {
    return binary.version();
  }

  /** {@code redis://127.0.0.1:port}. */
  public String url() {
    return "redis://%s:%d".formatted(host(), port);
  }

  /** Where its messages are. */
  public Path log() {
    return log;
  }

  /** Where its append-only file is, if it keeps one. */
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
