package io.usercenter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: one up to a folder, and nobody else looks in. Method: a folder of each kind. */
class HomeTest {
  @TempDir Path folder;

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void onlyTheOwnerMayLookInto() throws IOException {
    Path root = Files.createDirectory(folder.resolve("uc"));
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (Home home = Home.open(root)) {
      assertThat(permissions(root)).isEqualTo("rwx------");
      assertThat(permissions(home.secrets())).isEqualTo("rwx------");
    }
  }

  @Test
  void aSecondUpIsToldWhoHasTheFolder() {
    try (Home _ = Home.open(folder)) {
      assertThatThrownBy(() -> Home.open(folder).close())
          .isInstanceOf(UcException.class)
          .hasMessageContaining("pid " + ProcessHandle.current().pid())
          .hasMessageContaining("UC_HOME");
    }
    Home.open(folder).close();
  }

  @Test
  void aFolderThatCannotBeMadeIsExplained() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> Home.open(file.resolve("uc")).close())
        .isInstanceOf(UcException.class)
        .hasMessageContaining("UC_HOME");
  }

  @Test
  void aLongLogIsSetAside() throws IOException {
    try (Home home = Home.open(folder)) {
      Path log = home.log("api");
      Files.writeString(log, "short");
      assertThat(home.log("api")).hasContent("short");
      Files.write(log, new byte[11 << 20]);
      assertThat(home.log("api")).doesNotExist();
      assertThat(folder.resolve("logs/api.log.1")).hasSize(11 << 20);
    }
  }
}
