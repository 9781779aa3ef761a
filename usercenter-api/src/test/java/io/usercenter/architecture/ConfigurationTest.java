package io.usercenter.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.usercenter.testkit.architecture.Settings;
import io.usercenter.testkit.architecture.Tables;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.unit.DataSize;

/**
 * {@code docs/configuration.md} has one row for each setting, and a setting that is unknown or
 * outside of its bounds stops the start with its name in the message.
 */
class ConfigurationTest {
  private static final Path DOCUMENT =
      Path.of(System.getProperty("uc.root"), "docs/configuration.md");

  /** Bound by hand, so it has no annotation. */
  private static final Class<?> OIDC =
      new ClassFileImporter()
          .importPackages("io.usercenter.channel")
          .get("io.usercenter.channel.OidcSettings")
          .reflect();

  /** What must be set for a start. */
  private static final String[] REQUIRED = {
    "usercenter.database.instances=127.0.0.1:3306",
    "usercenter.database.user=root",
    "usercenter.database.password=",
    "usercenter.sessions.issuer=http://127.0.0.1:8080"
  };

  /** Something of each type that no bounds can hold, on both sides. */
  private static final Map<Class<?>, List<String>> OUTSIDE =
      Map.of(
          int.class, List.of("-1", "2000000000"),
          Duration.class, List.of("-1s", "100000d"),
          DataSize.class, List.of("-1B", "1000TB"));

  @Test
  void everySettingHasOneRowWithItsVariableAndDefault() throws IOException {
    List<Settings.Setting> documented =
        Tables.below(DOCUMENT, "## The service").stream()
            .map(row -> new Settings.Setting(row.get(0), row.get(1), row.get(3)))
            .toList();
    assertThat(documented).containsExactlyInAnyOrderElementsOf(Settings.of(records()));
  }

  @Test
  void everyRowSaysUnitBoundsAndEffect() throws IOException {
    assertThat(Tables.below(DOCUMENT, "## The service"))
        .allSatisfy(row -> assertThat(row).hasSize(6).noneMatch(String::isBlank));
  }

  @Test
  void theSettingsOfBothApplicationsAreKnownAtTheirStart() throws IOException {
    List<String> expected = new ArrayList<>();
    for (Class<?> record : records()) {
      expected.addAll(listed(Settings.prefixOf(record), record));
    }
    expected.addAll(listed("usercenter.channels.oidc.NAME", OIDC));
    Tables.below(DOCUMENT, "## The listener of role events").stream()
        .map(List::getFirst)
        .filter(name -> name.startsWith("usercenter.") && !expected.contains(name))
        .forEach(expected::add);
    assertThat(
            new ClassPathResource("io/usercenter/process/known-settings.txt")
                .getContentAsString(UTF_8)
                .lines())
        .containsExactlyElementsOf(expected.stream().sorted().toList());
  }

  private static List<String> listed(String prefix, Class<?> record) {
    return List.of(record.getRecordComponents()).stream()
        .map(
            component ->
                prefix
                    + "."
                    + Settings.kebab(component.getName())
                    + (Collection.class.isAssignableFrom(component.getType()) ? "[]" : ""))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"usercenter.passwords.threds", "usercenter.password.threads"})
  void anUnknownSettingStopsTheStartWhereverItStands(String property) {
    String variable = property.replace('.', '_').toUpperCase(Locale.ROOT);
    assertThatThrownBy(() -> start(Map.of(), Map.of(), "--" + property + "=4"))
        .hasMessageContaining(property + " is no setting");
    assertThatThrownBy(() -> start(Map.of(), Map.of(property, "4")))
        .hasMessageContaining(property + " is no setting");
    assertThatThrownBy(() -> start(Map.of(variable, "4"), Map.of()))
        .hasMessageContaining(variable + " is no setting");
  }

  @Test
  void knownSettingsStartWhereverTheyStand() {
    assertThatCode(
            () ->
                start(
                    Map.of(
                        "USERCENTER_PASSWORDS_THREADS", "4",
                        "USERCENTER_HTTP_TRUSTEDPROXIES_0", "10.0.0.0/8",
                        "USERCENTER_CHANNELS_OIDC_CENTER_CLIENTSECRET", "x",
                        "USERCENTER_ROLESYNC_BATCHSIZE", "10",
                        "USERCENTER_API_PORT", "tcp://10.0.0.1:8080"),
                    Map.of("usercenter.passwords.priority", "idle"),
                    "--usercenter.limits.gameServer=1/1s"))
        .doesNotThrowAnyException();
  }

  /** As the service starts, with nothing but its settings. */
  private static void start(
      Map<String, Object> variables, Map<String, Object> system, String... arguments) {
    StandardEnvironment environment = new StandardEnvironment();
    MutablePropertySources sources = environment.getPropertySources();
    sources.replace(
        "systemEnvironment", new SystemEnvironmentPropertySource("systemEnvironment", variables));
    sources.replace("systemProperties", new MapPropertySource("systemProperties", system));
    List<String> all = new ArrayList<>(List.of(arguments));
    for (String required : REQUIRED) {
      all.add("--" + required);
    }
    new SpringApplicationBuilder(AllSettings.class)
        .web(WebApplicationType.NONE)
        .environment(environment)
        .run(all.toArray(String[]::new))
        .close();
  }

  @Test
  void goodSettingsStart() {
    runner().run(context -> assertThat(context).hasNotFailed());
  }

  @ParameterizedTest
  @MethodSource("records")
  void anUnknownSettingStopsTheStart(Class<?> record) {
    String unknown = Settings.prefixOf(record) + ".no-such-setting";
    assertRefused(unknown + "=1", unknown);
  }

  @ParameterizedTest
  @MethodSource("bounded")
  void aSettingOutsideOfItsBoundsStopsTheStart(String property, String value) {
    assertRefused(property + "=" + value, property);
  }

  @ParameterizedTest
  @MethodSource("typed")
  void aSettingOfTheWrongFormStopsTheStart(String property) {
    assertRefused(property + "=nonsense", property);
  }

  /** {@code https://id//.well-known/jwks.json} is no address of ours. */
  @Test
  void anIssuerWithASlashAtItsEndStopsTheStart() {
    String issuer = "usercenter.sessions.issuer=https://id.example";
    assertRefused(issuer + "/", "must have no slash at its end");
    assertRefused(issuer + "/", "usercenter.sessions.issuer");
    runner().withPropertyValues(issuer).run(context -> assertThat(context).hasNotFailed());
  }

  static List<Class<?>> records() {
    List<Class<?>> records = new ArrayList<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.usercenter")) {
      if (type.isAnnotatedWith(ConfigurationProperties.class)) {
        records.add(type.reflect());
      }
    }
    return records;
  }

  static List<Object[]> bounded() {
    List<Object[]> cases = new ArrayList<>();
    for (Class<?> record : records()) {
      for (RecordComponent component : record.getRecordComponents()) {
        for (String value : OUTSIDE.getOrDefault(component.getType(), List.of())) {
          cases.add(new Object[] {propertyOf(record, component), value});
        }
      }
    }
    return cases;
  }

  static List<String> typed() {
    return records().stream()
        .flatMap(
            record ->
                List.of(record.getRecordComponents()).stream()
                    .filter(c -> c.getType() != String.class)
                    .map(c -> propertyOf(record, c)))
        .toList();
  }

  private static String propertyOf(Class<?> record, RecordComponent component) {
    return Settings.prefixOf(record) + "." + Settings.kebab(component.getName());
  }

  private static ApplicationContextRunner runner() {
    return new ApplicationContextRunner()
        .withUserConfiguration(AllSettings.class)
        .withPropertyValues(REQUIRED);
  }

  private static void assertRefused(String setting, String name) {
    runner()
        .withPropertyValues(setting)
        .run(
            context -> {
              assertThat(context).as("start with %s", setting).hasFailed();
              assertThat(messagesOf(context.getStartupFailure())).contains(name);
            });
  }

  private static String messagesOf(@Nullable Throwable failure) {
    StringBuilder messages = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      messages.append(cause).append('\n');
    }
    return messages.toString();
  }

  /** Nothing but the settings. */
  @Configuration(proxyBeanMethods = false)
  @ConfigurationPropertiesScan("io.usercenter")
  static class AllSettings {}
}
