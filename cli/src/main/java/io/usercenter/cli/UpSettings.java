package io.usercenter.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the environment says about {@code up}; see {@code ./uc help}.
 *
 * @param environment as given; the applications get all of it
 */
record UpSettings(
    Map<String, String> environment,
    int apiPort,
    int internalPort,
    int listenerPort,
    int mysqlPort,
    int redisPort) {
  UpSettings {
    environment = Map.copyOf(environment);
  }

  /**
   * Reads the environment.
   *
   * @throws UcException when a port is none, or two are the same
   */
  static UpSettings from(Map<String, String> environment) {
    UpSettings settings =
        new UpSettings(
            environment,
            port(environment, "UC_PORT", 8080),
            port(environment, "UC_INTERNAL_PORT", 8081),
            port(environment, "UC_LISTENER_PORT", 8082),
            port(environment, "UC_MYSQL_PORT", 13306),
            port(environment, "UC_REDIS_PORT", 16379));
    Map<Integer, String> owners = new LinkedHashMap<>();
    settings
        .ports()
        .forEach(
            (variable, port) -> {
              String other = owners.putIfAbsent(port, variable);
              if (other != null) {
                throw new UcException(
                    "%s and %s are both %d; give each its own port"
                        .formatted(other, variable, port));
              }
            });
    return settings;
  }

  private static int port(Map<String, String> environment, String variable, int standard) {
    String text = environment.getOrDefault(variable, "").strip();
    if (text.isEmpty()) {
      return standard;
    }
    if (!text.matches("[0-9]{1,5}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > 65_535) {
      throw new UcException("%s must be a port, 1 to 65535, was '%s'".formatted(variable, text));
    }
    return Integer.parseInt(text);
  }

  /** The ports that must be free, by the variables that set them. */
  Map<String, Integer> ports() {
    Map<String, Integer> ports = new LinkedHashMap<>();
    if (startsMySql()) {
      ports.put("UC_MYSQL_PORT", mysqlPort);
    }
    if (startsRedis()) {
      ports.put("UC_REDIS_PORT", redisPort);
    }
    ports.put("UC_PORT", apiPort);
    ports.put("UC_INTERNAL_PORT", internalPort);
    ports.put("UC_LISTENER_PORT", listenerPort);
    return ports;
  }

  boolean startsMySql() {
    return variable("UC_DB_INSTANCES").isEmpty();
  }

  boolean startsRedis() {
    return variable("UC_REDIS_URL").isEmpty();
  }

  String redisUrl() {
    return variable("UC_REDIS_URL").orElse("redis://127.0.0.1:" + redisPort);
  }

  String apiUrl() {
    return "http://127.0.0.1:" + apiPort;
  }

  String internalUrl() {
    return "http://127.0.0.1:" + internalPort;
  }

  String listenerUrl() {
    return "http://127.0.0.1:" + listenerPort;
  }

  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
