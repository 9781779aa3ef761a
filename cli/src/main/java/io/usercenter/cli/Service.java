package io.usercenter.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An application that {@code up} starts.
 *
 * @param name what messages call it
 * @param log where it writes
 * @param command the program and its arguments
 * @param environment added to the environment of {@code up}
 * @param readiness answers 200 when the application can be used
 */
record Service(
    String name, Path log, List<String> command, Map<String, String> environment, URI readiness) {
  Service {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** Without its environment, which holds secrets. */
  @Override
  public String toString() {
    return name;
  }
}
