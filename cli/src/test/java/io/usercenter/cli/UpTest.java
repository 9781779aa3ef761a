package io.usercenter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.usercenter.testkit.Ports;
import io.usercenter.testkit.ThisJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: up starts all, says what it does, and leaves nothing behind, however it ends. Method: a JVM
 * with the real MySQL and Redis, and a small HTTP server in the place of the two applications.
 */
class UpTest {
  @TempDir Path folder;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<Process> started = new ArrayList<>();

  /**
   * Answers what up asks of the API and of the listener. Arguments: its ports, the one with its
   * readiness first.
   */
  static final class Application {
    public static void main(String[] arguments) throws IOException {
      if (System.getenv("UC_DB_PASSWORD") == null || System.getenv("UC_REDIS_URL") == null) {
        throw new IllegalStateException("nobody said where the data is");
      }
      Map<String, String> answers =
          Map.of(
              "/actuator/health/readiness", "{}",
              "/admin/v1/sessions", "{\"token\":\"t\"}",
              "/admin/v1/service-credentials", "{\"credentialId\":\"c\",\"secret\":\"s\"}",
              "/server/v1/tokens:introspect", "{\"active\":false}");
      for (String port : arguments) {
        HttpServer server =
            HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port)), 0);
        answers.forEach(
            (path, answer) -> server.createContext(path, exchange -> answer(exchange, answer)));
        server.start();
      }
    }

    private static void answer(HttpExchange exchange, String answer) throws IOException {
      byte[] body = answer.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    }
  }

  /** Up with other applications. Arguments: the program that each of the two runs. */
  static final class Starter {
    public static void main(String[] arguments) {
      UpSettings settings = UpSettings.from(System.getenv());
      try (Home home = Home.open(Path.of(System.getProperty("test.home")))) {
        Up.ServicePlan plan =
            (stores, secrets) ->
                List.of(
                    service(
                        "API",
                        home,
                        List.of(settings.internalPort(), settings.apiPort()),
                        arguments[0],
                        stores),
                    service(
                        "role listener",
                        home,
                        List.of(settings.listenerPort()),
                        arguments[1],
                        stores));
        System.exit(new Up(settings, home, new Console(System.out, false), plan).run());
      } catch (UcException e) {
        System.out.println("uc: " + e.getMessage());
        System.exit(1);
      }
    }

    private static Service service(
        String name,
        Home home,
        List<Integer> ports,
        String program,
        Map<String, String> environment) {
      List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", program));
      command.addAll(
          java(Application.class, ports.stream().map(String::valueOf).toArray(String[]::new)));
      return new Service(
          name,
          home.log(name.replace(' ', '-')),
          command,
          environment,
          URI.create("http://127.0.0.1:" + ports.getFirst() + "/actuator/health/readiness"));
    }
  }

  private static List<String> java(Class<?> main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                ThisJvm.java(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Duc.home=" + System.getProperty("uc.home"),
                "-Dtest.home=" + System.getProperty("test.home"),
                "-cp",
                ThisJvm.classPath(),
                main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  private static final String RUN = "exec \"$0\" \"$@\"";

  @BeforeEach
  void choosePorts() {
    for (String variable :
        List.of("UC_INTERNAL_PORT", "UC_LISTENER_PORT", "UC_MYSQL_PORT", "UC_REDIS_PORT")) {
      environment.put(variable, Integer.toString(Ports.free()));
    }
    environment.put("UC_PORT", Integer.toString(Ports.free()));
  }

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  private Process up(String api, String listener) throws IOException {
    System.setProperty("test.home", folder.resolve("home").toString());
    ProcessBuilder builder = new ProcessBuilder(java(Starter.class, api, listener));
    builder.environment().putAll(environment);
    builder.environment().put("PIDS", folder.resolve("home/mysql/data").toString());
    Process process =
        builder.redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile()).start();
    started.add(process);
    return process;
  }

  private String output() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  private String outputWith(Process process, String line) throws Exception {
    while (!output().contains(line)) {
      if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
        assertThat(output()).contains(line);
      }
    }
    return output();
  }

  private void assertNothingListens() {
    environment.values().forEach(port -> assertThat(Ports.isFree(Integer.parseInt(port))).isTrue());
  }

  @Test
  void ctrlCStopsAllInOrderAndASecondUpFindsItsData() throws Exception {
    Process first = up(RUN, RUN);
    String output = outputWith(first, "Ctrl-C stops everything.");
    String password = Files.readString(folder.resolve("home/secrets/operator-password")).strip();
    assertThat(output).contains("ready in ").contains("admin, password " + password);
    assertThat(folder.resolve("home/secrets/demo-credential")).hasContent("c:s");
    String url = "jdbc:mysql://127.0.0.1:" + environment.get("UC_MYSQL_PORT") + "/";
    String user = "?user=usercenter&useSSL=false&allowPublicKeyRetrieval=true&password=";
    user += Files.readString(folder.resolve("home/secrets/mysql-password")).strip();
    try (var connection = DriverManager.getConnection(url + user)) {
      connection.createStatement().execute("CREATE DATABASE usercenter_99");
    }

    assertThat(new ProcessBuilder("kill", "-INT", "" + first.pid()).start().waitFor()).isZero();
    assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output().lines().filter(line -> line.startsWith("stopped ")))
        .extracting(line -> line.replaceAll(" in [0-9.]+ s$", ""))
        .containsExactly("stopped role listener", "stopped API", "stopped Redis", "stopped MySQL");
    assertNothingListens();

    Process second = up(RUN, RUN);
    output = outputWith(second, "Ctrl-C stops everything.");
    assertThat(output).doesNotContain(password).contains("home/secrets/operator-password");
    try (var connection = DriverManager.getConnection(url + "usercenter_99" + user)) {
      assertThat(connection.isValid(5)).isTrue();
    }
    second.destroy();
    assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertNothingListens();
  }

  @Test
  void aChildThatEndsWhileStartingIsQuotedAndTheRestIsStopped() throws Exception {
    Process up = up(RUN, "echo the key is of the wrong size >&2; exit 7");
    assertThat(up.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(up.exitValue()).isEqualTo(1);
    assertThat(output())
        .contains("role listener ended while starting, code 7")
        .contains("the key is of the wrong size")
        .contains("logs/role-listener.log")
        .contains("stopped MySQL");
    assertNothingListens();
  }

  @Test
  void aStoreThatDiesWhileAnApplicationStartsEndsTheRun() throws Exception {
    Process up = up(RUN, "kill -KILL $(cat \"$PIDS\"/*.pid); exec sleep 1000");
    assertThat(up.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(output()).contains("MySQL (pid ", ") ended with code 137 while the role listener");
    assertNothingListens();
  }

  @Test
  void aChildThatDiesLaterEndsTheRun() throws Exception {
    Process up = up(RUN, RUN);
    String output = outputWith(up, "Ctrl-C stops everything.");
    String pid = output.replaceAll("(?s).*started Redis [^\\n]*\\(pid (\\d+)\\).*", "$1");
    assertThat(new ProcessBuilder("kill", "-KILL", pid).start().waitFor()).isZero();
    assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(up.exitValue()).isEqualTo(1);
    assertThat(output())
        .contains("Redis (pid " + pid + ") ended with code 137; stopping the rest")
        .contains("stopped MySQL");
    assertNothingListens();
  }

  @Test
  void aKilledUpLeavesNothingThatTheNextOneStumblesOver() throws Exception {
    Process first = up(RUN, RUN);
    outputWith(first, "Ctrl-C stops everything.");
    first.destroyForcibly();
    assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
    Process second = up(RUN, RUN);
    outputWith(second, "Ctrl-C stops everything.");
    second.destroy();
    assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertNothingListens();
  }
}
