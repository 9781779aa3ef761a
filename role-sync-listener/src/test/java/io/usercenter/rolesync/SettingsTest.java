package io.usercenter.rolesync;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/**
 * Goal: a setting that is unknown or outside of its bounds stops the start with its name in the
 * message. Method: an application that has nothing but settings.
 */
class SettingsTest {
  @ParameterizedTest
  @ValueSource(strings = {"-1s", "0s", "9ms", "61s"})
  void aTimeoutOfRedisOutsideOfItsBoundsStopsTheStart(String timeout) {
    assertThatThrownBy(() -> start("--usercenter.redis.timeout=" + timeout))
        .hasStackTraceContaining("usercenter.redis.timeout");
  }

  @ParameterizedTest
  @ValueSource(strings = {"usercenter.redis.time-out-ms", "usercenter.rediss.timeout"})
  void anUnknownSettingStopsTheStart(String name) {
    assertThatThrownBy(() -> start("--" + name + "=1s")).hasMessageContaining(name);
  }

  /** One environment is often given to both applications. */
  @Test
  void goodSettingsAndThoseOfTheServiceStart() {
    assertThatCode(
            () -> start("--usercenter.redis.timeout=10ms", "--usercenter.passwords.threads=1"))
        .doesNotThrowAnyException();
  }

  private static void start(String... arguments) {
    new SpringApplicationBuilder(OnlySettings.class)
        .web(WebApplicationType.NONE)
        .run(arguments)
        .close();
  }

  /** Of Redis, which need nothing to be set. */
  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(RedisProperties.class)
  static class OnlySettings {}
}
