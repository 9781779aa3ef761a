package io.usercenter.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.ServiceJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
      Node service = Installation.service("service", java(Installation.SERVICE), LOGS, both);
      try {
        Http http = new Http();
        service.awaitReady(http);
        Node listener = Installation.listener("listener", java(Installation.LISTENER), LOGS, both);
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

  private static List<String> java(String module) {
    return ServiceJvm.command(256, List.of(), Jars.of(ROOT, module));
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

  private static String smoke(Node service) throws Exception {
    Path output = LOGS.resolve("smoke.txt");
    Process story =
        new ProcessBuilder(
                ROOT.resolve("deploy/smoke.sh").toString(),
                service.base(),
                service.internal(),
                Installation.OPERATOR_PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int status = story.waitFor();
    return Files.readString(output) + "exit " + status;
  }
}
