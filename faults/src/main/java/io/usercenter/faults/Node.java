package io.usercenter.faults;

import io.usercenter.testkit.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One process of the product, which can be ended in every way and started again. */
final class Node {
  private static final Duration START_WITHIN = Duration.ofMinutes(10);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(40);

  private final String name;
  private volatile List<String> command;
  private final Map<String, String> environment;
  private volatile Map<String, String> ofBuild = Map.of();
  private final Path logs;
  private final int port;
  private final String readinessBase;
  private volatile ChildProcess process;

  /**
   * Starts it, without waiting until it is ready.
   *
   * @param command ends with the jar
   * @param logs the folder where it writes
   * @param port where it is called
   * @param healthPort where it says whether it is ready
   */
  Node(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path logs,
      int port,
      int healthPort) {
    this.name = name;
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.logs = logs;
    this.port = port;
    this.readinessBase = "http://127.0.0.1:" + healthPort;
    this.process = launch();
  }

  private ChildProcess launch() {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(ofBuild);
    return ChildProcess.start(
        name, command, all, logs, logs.resolve(name.replace(' ', '-') + ".log"), Duration.ZERO);
  }

  String name() {
    return name;
  }

  /** Where it is called. */
  String base() {
    return "http://127.0.0.1:" + port;
  }

  /** Where operators call it. */
  String internal() {
    return readinessBase;
  }

  ChildProcess process() {
    return process;
  }

  /** Starts it again, without waiting until it is ready. */
  void start() {
    process = launch();
  }

  /**
   * Starts another build of it instead, when it is ready the next one may follow.
   *
   * @param settings from the environment, for that build only
   */
  void replaceBy(Path jar, Map<String, String> settings, Http http) {
    stop();
    ofBuild = Map.copyOf(settings);
    List<String> other = new ArrayList<>(command.subList(0, command.size() - 1));
    other.add(jar.toString());
    command = List.copyOf(other);
    start();
    awaitReady(http);
  }

  /** As whoever runs it does it: SIGTERM, and waits for its end. */
  void stop() {
    process.stop(STOP_WITHIN);
  }

  /** Returns when it says that it is ready. */
  void awaitReady(Http http) {
    ChildProcess started = process;
    Waiting.until(
        name + " is ready",
        START_WITHIN,
        () -> {
          if (!started.isAlive()) {
            throw new IllegalStateException(
                "%s has ended:%n%s".formatted(name, String.join("\n", started.lastLines(40))));
          }
          return isReady(http);
        });
  }

  boolean isReady(Http http) {
    return http.send(Http.get(readinessBase + "/actuator/health/readiness"))
            instanceof Http.Answer(int status, _, _)
        && status == 200;
  }
}
