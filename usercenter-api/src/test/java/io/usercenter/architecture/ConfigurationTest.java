package io.usercenter.architecture;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

/**
 * {@code docs/configuration.md} has one row for each setting, and a setting that is unknown or
 * outside of its bounds stops the start with its name in the message.
 */
class ConfigurationTest {
  private static final Path DOCUMENT =
      Path.of(System.getProperty("uc.root"), "docs/configuration.md");

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
