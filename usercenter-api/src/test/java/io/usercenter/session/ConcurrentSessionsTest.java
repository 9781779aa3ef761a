package io.usercenter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings of how many sessions a player may have: what can be read, and what is refused. */
class ConcurrentSessionsTest {
  @Test
  void countAndScopeAreRead() {
    assertThat(ConcurrentSessions.of("1/account"))
        .isEqualTo(new ConcurrentSessions(1, ConcurrentSessions.Scope.ACCOUNT, false));
    assertThat(ConcurrentSessions.of(" 1000/device-class "))
        .isEqualTo(new ConcurrentSessions(1000, ConcurrentSessions.Scope.DEVICE_CLASS, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "0/account", "1001/account", "1/device", "1/DEVICE_CLASS", "x"})
  void anythingElseIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ConcurrentSessions.of(text));
  }

  @Test
  void channelsAreRead() {
    assertThat(ChannelSessions.of("web=1/account, arcade=2/device-class").byChannel())
        .containsOnlyKeys("web", "arcade")
        .containsEntry("arcade", ConcurrentSessions.of("2/device-class"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "web",
        "web=",
        "=1/account",
        "WEB=1/account",
        "web=1/account,",
        "a=1/account,a=2/account"
      })
  void channelsWithoutOneCountEachAreRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ChannelSessions.of(text));
  }
}
