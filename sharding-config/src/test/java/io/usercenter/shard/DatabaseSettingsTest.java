package io.usercenter.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Bounds of the settings, and that the password is nowhere to be seen. */
class DatabaseSettingsTest {
  private static final ShardTopology TOPOLOGY = ShardTopology.parse("h:3306");

  @Test
  void thePasswordIsNotPrinted() {
    assertThat(DatabaseSettings.of(TOPOLOGY, "u", new DatabasePassword("hunter2")).toString())
        .contains("[REDACTED]")
        .doesNotContain("hunter2");
  }

  @Test
  void theAdminDatabaseIsWhereShardZeroIs() {
    assertThat(DatabaseSettings.of(TOPOLOGY, "u", new DatabasePassword("")).admin())
        .isEqualTo(new MySqlInstance("h", 3306));
  }

  @Test
  void boundsAreChecked() {
    assertThatThrownBy(() -> settings(0, Duration.ofSeconds(1), Duration.ofSeconds(5)))
        .hasMessage("connectionsPerInstance must be 1 to 1000, was 0");
    assertThatThrownBy(() -> settings(1001, Duration.ofSeconds(1), Duration.ofSeconds(5)))
        .hasMessage("connectionsPerInstance must be 1 to 1000, was 1001");
    assertThatThrownBy(() -> settings(1, Duration.ofMillis(249), Duration.ofSeconds(5)))
        .hasMessage("borrowTimeout must be PT0.25S to PT1M, was PT0.249S");
    assertThatThrownBy(() -> settings(1, Duration.ofSeconds(1), Duration.ofMinutes(11)))
        .hasMessage("socketTimeout must be PT0.5S to PT10M, was PT11M");
  }

  private static DatabaseSettings settings(int connections, Duration borrow, Duration socket) {
    return new DatabaseSettings(
        TOPOLOGY,
        TOPOLOGY.instances().getFirst(),
        "u",
        new DatabasePassword(""),
        connections,
        1,
        1,
        Duration.ofSeconds(1),
        borrow,
        socket,
        Duration.ofMillis(500));
  }
}
