package io.usercenter.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding the settings of the up that runs, and nothing when there is none. */
final class UpEnvironmentTest {
  @TempDir Path home;

  @Test
  void onlyVariablesOfTheUserCenterAreTaken() {
    assertThat(
            UpEnvironment.parse("PATH=/bin\0UC_PORT=9000\0UC_X=a=b\0UC_EMPTY=\0XUC_PORT=1\0UC_\0"))
        .containsOnly(
            Map.entry("UC_PORT", "9000"), Map.entry("UC_X", "a=b"), Map.entry("UC_EMPTY", ""));
  }

  @Test
  void withoutAnUpThereIsNothing() throws IOException {
    assertThat(UpEnvironment.of(home)).isEmpty();
    Files.writeString(home.resolve("up.lock"), "");
    assertThat(UpEnvironment.of(home)).isEmpty();
    Files.writeString(home.resolve("up.lock"), "4294967295\n");
    assertThat(UpEnvironment.of(home)).isEmpty();
    Files.writeString(home.resolve("up.lock"), "../1\n");
    assertThat(UpEnvironment.of(home)).isEmpty();
  }
}
