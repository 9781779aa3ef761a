package io.usercenter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usercenter.testkit.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: what would fail later is said first, all of it at once. Method: real ports and folders. */
class PreflightTest {
  @TempDir Path folder;
  private Home home;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void open() {
    home = Home.open(folder);
    for (String variable :
        List.of(
            "UC_PORT", "UC_INTERNAL_PORT", "UC_LISTENER_PORT", "UC_MYSQL_PORT", "UC_REDIS_PORT")) {
      environment.put(variable, Integer.toString(Ports.free()));
    }
  }

  @AfterEach
  void close() {
    home.close();
  }

  private Preflight preflight() {
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new Preflight(home, UpSettings.from(environment), new Console(out, false));
  }

  @Test
  void anEmptyFolderAndFreePortsAreFine() {
    assertThatCode(() -> preflight().check()).doesNotThrowAnyException();
  }

  @Test
  void everyTakenPortIsNamedWithItsHolderAndItsVariable() throws IOException {
    try (ServerSocket api = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket mysql = new ServerSocket(0)) {
      environment.put("UC_PORT", Integer.toString(api.getLocalPort()));
      environment.put("UC_MYSQL_PORT", Integer.toString(mysql.getLocalPort()));
      assertThatThrownBy(() -> preflight().check())
          .isInstanceOf(UcException.class)
          .hasMessageContaining("port %d is taken by pid %d", api.getLocalPort(), pid())
          .hasMessageContaining("set UC_PORT")
          .hasMessageContaining("port %d is taken by pid %d", mysql.getLocalPort(), pid())
          .hasMessageContaining("set UC_MYSQL_PORT");
    }
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  @Test
  void aFullDiskIsRefused() {
    List<String> wrong = new ArrayList<>();
    preflight().disk(Preflight.NEEDED_BYTES, wrong);
    assertThat(wrong).isEmpty();
    preflight().disk(Preflight.NEEDED_BYTES - 1, wrong);
    assertThat(wrong).singleElement().asString().contains("1999 MB left");
  }

  @Test
  void dataWithoutItsMasterKeyIsRefusedAndLeftAlone() throws IOException {
    Path data = Files.createDirectories(home.mysqlData());
    Files.writeString(data.resolve("ibdata1"), "players");
    assertThatThrownBy(() -> preflight().check())
        .isInstanceOf(UcException.class)
        .hasMessageContaining("master key");
    assertThat(data.resolve("ibdata1")).hasContent("players");
    environment.put("UC_MASTER_KEY", "elsewhere");
    assertThatCode(() -> preflight().check()).doesNotThrowAnyException();
  }
}
