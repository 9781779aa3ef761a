package io.usercenter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: up changes settings of the service for the demo, but none that its caller has set. Method:
 * the environment that the service would get, beside jars that are empty.
 */
class ApplicationsTest {
  @TempDir private Path root;

  @Test
  void limitsAreWideAndRefreshesAreCountedWithoutRedis() throws IOException {
    assertThat(environmentOfApi(Map.of()))
        .containsEntry("USERCENTER_LIMITS_REGISTER", "10000000/10m")
        .containsEntry("USERCENTER_LIMITS_LOGIN", "10000000/10m")
        .containsEntry("USERCENTER_LIMITS_CHECKNAME", "10000000/10m")
        .containsEntry("USERCENTER_LIMITS_REFRESH", "10000000/10m instance")
        .containsEntry("UC_SERVER_TIMING", "true");
  }

  @Test
  void whatTheCallerSetStays() throws IOException {
    Map<String, String> set =
        Map.of(
            "USERCENTER_LIMITS_REGISTER", "1/1m",
            "USERCENTER_LIMITS_LOGIN", "2/1m",
            "USERCENTER_LIMITS_CHECKNAME", "3/1m",
            "USERCENTER_LIMITS_REFRESH", "4/1m",
            "UC_SERVER_TIMING", "false");
    assertThat(environmentOfApi(set)).containsAllEntriesOf(set);
  }

  private Map<String, String> environmentOfApi(Map<String, String> callers) throws IOException {
    for (String module : new String[] {"usercenter-api", "role-sync-listener"}) {
      Path target = Files.createDirectories(root.resolve(module).resolve("target"));
      Files.createFile(target.resolve(module + "-0.1.jar"));
    }
    try (Home home = Home.open(root.resolve("home"))) {
      return new Applications(UpSettings.from(callers), home, root)
          .services(Map.of(), Map.of())
          .getFirst()
          .environment();
    }
  }
}
