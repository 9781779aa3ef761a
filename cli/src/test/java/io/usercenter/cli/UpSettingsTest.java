package io.usercenter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Goal: a setting that makes no sense is refused by its name. Method: environments. */
class UpSettingsTest {
  @Test
  void theDefaultsAreThoseOfTheHelp() {
    UpSettings settings = UpSettings.from(Map.of("UC_PORT", " "));
    assertThat(settings.ports())
        .containsExactly(
            Map.entry("UC_MYSQL_PORT", 13306),
            Map.entry("UC_REDIS_PORT", 16379),
            Map.entry("UC_PORT", 8080),
            Map.entry("UC_INTERNAL_PORT", 8081),
            Map.entry("UC_LISTENER_PORT", 8082));
    assertThat(settings.redisUrl()).isEqualTo("redis://127.0.0.1:16379");
  }

  @Test
  void whatIsElsewhereNeedsNoPortHere() {
    UpSettings settings =
        UpSettings.from(
            Map.of("UC_DB_INSTANCES", "10.0.0.1:3306", "UC_REDIS_URL", "redis://10.0.0.2:6379"));
    assertThat(settings.ports()).doesNotContainKeys("UC_MYSQL_PORT", "UC_REDIS_PORT");
    assertThat(settings.redisUrl()).isEqualTo("redis://10.0.0.2:6379");
  }

  @Test
  void aPortThatIsNoneIsRefused() {
    for (String port : new String[] {"0", "65536", "80a", "-1", "999999"}) {
      assertThatThrownBy(() -> UpSettings.from(Map.of("UC_PORT", port)))
          .isInstanceOf(UcException.class)
          .hasMessageContaining("UC_PORT must be a port")
          .hasMessageContaining(port);
    }
  }

  @Test
  void onePortForTwoIsRefused() {
    assertThatThrownBy(() -> UpSettings.from(Map.of("UC_INTERNAL_PORT", "8080")))
        .isInstanceOf(UcException.class)
        .hasMessageContaining("UC_PORT and UC_INTERNAL_PORT are both 8080");
  }
}
