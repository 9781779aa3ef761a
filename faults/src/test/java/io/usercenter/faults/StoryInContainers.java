package io.usercenter.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * {@code deploy/smoke.sh} against the jars on MySQL and Redis as their makers ship them, in
 * containers. Not part of every build, which has servers of its own: {@code mvn -Pcontainers
 * package}. {@code MYSQL_IMAGE} and {@code REDIS_IMAGE} name other images.
 */
class StoryInContainers {
  private static final Path ROOT = Path.of(System.getProperty("uc.root", "..")).toAbsolutePath();
  private static final Path LOGS = Path.of("target/containers").toAbsolutePath();
  private static final String PASSWORD = "an operator for containers";
  private static final Duration START_WITHIN = Duration.ofMinutes(3);

  @Test
  void theStoryIsPlayedOnTheImagesOfMySqlAndRedis() throws Exception {
    Files.createDirectories(LOGS);
    try (GenericContainer<?> mysql = mysql();
        GenericContainer<?> redis = redis()) {
      mysql.start();
      redis.start();
      Map<String, String> both = new HashMap<>();
      both.put("UC_DB_INSTANCES", mysql.getHost() + ":" + mysql.getMappedPort(3306));
      both.put("UC_DB_USER", "root");
      both.put("UC_DB_PASSWORD", "root of a container");
      both.put("UC_REDIS_URL", "redis://" + redis.getHost() + ":" + redis.getMappedPort(6379));
      both.put("UC_LOG_FORMAT", "");
      Node service = service(both);
      try {
        Http http = new Http();
        service.awaitReady(http);
        Node listener = listener(both);
        try {
          listener.awaitReady(http);
          assertThat(smoke(service)).contains("smoke test passed");
        } finally {
          listener.stop();
        }
      } finally {
        service.stop();
      }
    }
  }

  private static GenericContainer<?> mysql() {
    return new GenericContainer<>(image("MYSQL_IMAGE", "mysql:8.0"))
        .withExposedPorts(3306)
        .withEnv("MYSQL_ROOT_PASSWORD", "root of a container")
        // It makes itself with a server that has no port, so the port tells when it is done.
        .waitingFor(Wait.forListeningPort())
        .withStartupTimeout(START_WITHIN);
  }

  private static GenericContainer<?> redis() {
    return new GenericContainer<>(image("REDIS_IMAGE", "redis:7"))
        .withCommand("redis-server", "--protected-mode", "no")
        .withExposedPorts(6379)
        .withStartupTimeout(START_WITHIN);
  }

  private static DockerImageName image(String variable, String official) {
    return DockerImageName.parse(Optional.ofNullable(System.getenv(variable)).orElse(official));
  }

  private static Node service(Map<String, String> both) {
    int port = Ports.free();
    int internal = Ports.free();
    Map<String, String> environment = new HashMap<>(both);
    environment.put("UC_PORT", Integer.toString(port));
    environment.put("UC_INTERNAL_PORT", Integer.toString(internal));
    environment.put("UC_MASTER_KEY", Base64.getEncoder().encodeToString(new byte[32]));
    environment.put("UC_BOOTSTRAP_OPERATOR_PASSWORD", PASSWORD);
    environment.put("UC_MIGRATE", "true");
    return new Node(
        "service in containers", java("usercenter-api"), environment, LOGS, port, internal);
  }

  private static Node listener(Map<String, String> both) {
    int port = Ports.free();
    Map<String, String> environment = new HashMap<>(both);
    environment.put("UC_LISTENER_PORT", Integer.toString(port));
    return new Node(
        "listener in containers", java("role-sync-listener"), environment, LOGS, port, port);
  }

  private static List<String> java(String module) {
    return List.of(
        System.getProperty("java.home") + "/bin/java",
        "-Xmx256m",
        "--enable-native-access=ALL-UNNAMED",
        "-jar",
        Jars.of(ROOT, module).toString());
  }

  private static String smoke(Node service) throws Exception {
    Path output = LOGS.resolve("smoke.txt");
    Process story =
        new ProcessBuilder(
                ROOT.resolve("deploy/smoke.sh").toString(),
                service.base(),
                service.internal(),
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int status = story.waitFor();
    return Files.readString(output) + "exit " + status;
  }
}
