package io.usercenter.process;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Goal: what nobody reads is told by its name, and nothing else is. Method: environments and system
 * properties; that both applications ask is shown by their own tests.
 */
class UnknownSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "USERCENTER_PASSWORDS_THREDS, USERCENTER_PASSWORDS_THREADS",
    "USERCENTER_PASSWORD_THREADS, USERCENTER_PASSWORDS_THREADS",
    "usercenter_passwords_threds, USERCENTER_PASSWORDS_THREADS",
    "usercenter.passwords.threds, usercenter.passwords.threads",
    "USERCENTER_PASSWORDS_THREADS_0, USERCENTER_PASSWORDS_THREADS",
    "USERCENTER_HTTP_TRUSTEDPROXY, USERCENTER_HTTP_TRUSTEDPROXIES",
    "USERCENTER_CHANNELS_OIDC_CENTER_CLIENTSECRETT, USERCENTER_CHANNELS_OIDC_NAME_CLIENTSECRET"
  })
  void aVariableThatNobodyReadsStopsTheStart(String variable, String meant) {
    assertThatThrownBy(() -> startWithVariable(variable, "hunter2"))
        .hasMessage("%s is no setting (did you mean %s?)".formatted(variable, meant));
  }

  @ParameterizedTest
  @CsvSource({
    "usercenter.passwords.threds, usercenter.passwords.threads",
    "usercenter.password.threads, usercenter.passwords.threads",
    "Usercenter.passwords.threds, usercenter.passwords.threads",
    "usercenter.http.trusted.proxies, usercenter.http.trusted-proxies",
    "usercenter.passwords.threads[0], usercenter.passwords.threads"
  })
  void aPropertyThatNobodyReadsStopsTheStart(String property, String meant) {
    assertThatThrownBy(() -> startWithProperty(property))
        .hasMessage("%s is no setting (did you mean %s?)".formatted(property, meant));
  }

  @Test
  void whatIsLikeNothingIsToldAlone() {
    assertThatThrownBy(() -> startWithVariable("USERCENTER_COLOUR_OF_BUTTONS", "red"))
        .hasMessage("USERCENTER_COLOUR_OF_BUTTONS is no setting");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "USERCENTER_PASSWORDS_THREADS",
        "usercenter_passwords_threads",
        "usercenter.passwords.threads",
        "USERCENTER_HTTP_TRUSTEDPROXIES",
        "USERCENTER_HTTP_TRUSTED_PROXIES",
        "USERCENTER_HTTP_TRUSTEDPROXIES_0",
        "USERCENTER_HTTP_INTERNAL_PORT",
        "USERCENTER_CHANNELS_OIDC_CENTER_CLIENTSECRET",
        "USERCENTER_CHANNELS_OIDC_MY_GAME_CLIENT_SECRET",
        "USERCENTER_CHANNELS_OIDC_CENTER_REDIRECTURI_1",
        "USERCENTER_ROLESYNC_ACCEPTUNSIGNED",
        "UC_PORT",
        "USERCENTERS_NAME"
      })
  void variablesThatAreReadStart(String variable) {
    assertThatCode(() -> startWithVariable(variable, "1")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "usercenter.limits.game-server",
        "usercenter.limits.gameServer",
        "usercenter.http.trusted-proxies[0]",
        "usercenter.channels.oidc.my-game.client-secret",
        "usercenter.channels.oidc.center.redirect-uri[1]",
        "usercenter.role-sync.batch-size",
        "usercenters.name"
      })
  void propertiesThatAreReadStart(String property) {
    assertThatCode(() -> startWithProperty(property)).doesNotThrowAnyException();
  }

  /** Of the Services usercenter-api, usercenter-api-internal and usercenter. */
  @ParameterizedTest
  @CsvSource({
    "USERCENTER_API_SERVICE_HOST, 10.0.0.1",
    "USERCENTER_API_SERVICE_PORT, 8080",
    "USERCENTER_API_SERVICE_PORT_HTTP, 8080",
    "USERCENTER_API_INTERNAL_PORT, tcp://10.0.0.1:8081",
    "USERCENTER_API_PORT, tcp://10.0.0.1:8080",
    "USERCENTER_API_PORT_8080_TCP, tcp://10.0.0.1:8080",
    "USERCENTER_API_PORT_8080_TCP_PROTO, tcp",
    "USERCENTER_API_PORT_8080_TCP_PORT, 8080",
    "USERCENTER_API_PORT_8080_TCP_ADDR, 10.0.0.1",
    "USERCENTER_SERVICE_HOST, 10.0.0.1",
    "USERCENTER_PORT, tcp://10.0.0.1:8080"
  })
  void whatKubernetesSetsForServicesStarts(String variable, String value) {
    assertThatCode(() -> startWithVariable(variable, value)).doesNotThrowAnyException();
  }

  @Test
  void aPortThatIsNoServiceStopsTheStart() {
    assertThatThrownBy(() -> startWithVariable("USERCENTER_HTTP_INTERNL_PORT", "8081"))
        .hasMessageContaining("USERCENTER_HTTP_INTERNALPORT");
  }

  @Test
  void allOfThemAreToldAndNoValue() {
    assertThatThrownBy(
            () ->
                start(
                    Map.of("USERCENTER_MASTERKEY_VALU", "hunter2", "USERCENTER_X", "hunter2"),
                    Map.of("usercenter.y", "hunter2")))
        .satisfies(
            failure ->
                assertThat(new UnknownSettings.Analyzer().analyze(failure))
                    .extracting(FailureAnalysis::getDescription, as(STRING))
                    .contains("USERCENTER_MASTERKEY_VALUE", "USERCENTER_X", "usercenter.y")
                    .doesNotContain("hunter2"));
  }

  private static void startWithVariable(String name, String value) {
    start(Map.of(name, value), Map.of());
  }

  private static void startWithProperty(String name) {
    start(Map.of(), Map.of(name, "1"));
  }

  private static void start(Map<String, Object> variables, Map<String, Object> properties) {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .replace(
            StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
            new SystemEnvironmentPropertySource("systemEnvironment", variables));
    environment
        .getPropertySources()
        .replace(
            StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
            new MapPropertySource("systemProperties", properties));
    try (GenericApplicationContext context = new GenericApplicationContext()) {
      context.setEnvironment(environment);
      new UnknownSettings().initialize(context);
    }
  }
}
