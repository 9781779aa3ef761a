package io.usercenter.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The settings that a running {@code up} was started with: its ports, its Redis. */
public final class UpEnvironment {
  private static final Pattern END_OF_VARIABLE = Pattern.compile("\0");

  private UpEnvironment() {}

  /**
   * The variables {@code UC_...} of the {@code up} that has this folder. Empty when none runs, when
   * it belongs to another user, or where the system does not show them (only Linux does).
   */
  public static Map<String, String> of(Path home) {
    try {
      String pid = Files.readString(home.resolve("up.lock")).strip();
      return pid.matches("[0-9]{1,10}")
          ? parse(Files.readString(Path.of("/proc", pid, "environ"), UTF_8))
          : Map.of();
    } catch (IOException noneOrNotOurs) {
      return Map.of();
    }
  }

  /** Reads the form of proc(5): {@code NAME=value}, each ended by a zero byte. */
  static Map<String, String> parse(String environ) {
    Map<String, String> variables = new HashMap<>();
    END_OF_VARIABLE
        .splitAsStream(environ)
        .filter(variable -> variable.startsWith("UC_") && variable.indexOf('=') > 0)
        .forEach(
            variable -> {
              int equals = variable.indexOf('=');
              variables.put(variable.substring(0, equals), variable.substring(equals + 1));
            });
    return variables;
  }
}
