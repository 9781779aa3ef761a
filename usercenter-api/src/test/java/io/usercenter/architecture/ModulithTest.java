package io.usercenter.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import io.planted.modules.PlantedApplication;
import io.usercenter.UsercenterApplication;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.ApplicationModule;
import org.springframework.modulith.core.ApplicationModules;

/**
 * Each feature uses only the modules that its package-info allows. Spring Modulith reads the
 * classes of the application and of our libraries; a planted application shows what it would say.
 */
class ModulithTest {
  /** Our libraries are modules too: they come as jars and allow themselves everything. */
  private static final List<String> LIBRARIES =
      List.of(
          "id",
          "shard",
          "token",
          "role",
          "roleevent",
          "process",
          "redis",
          "password",
          "transfer",
          "scope",
          "trace");

  private static final ApplicationModules MODULES =
      ApplicationModules.of(
          UsercenterApplication.class, JavaClass.Predicates.resideInAPackage("..testkit.."));

  @Test
  void everyModuleUsesOnlyWhatItDeclares() {
    assertThatCode(MODULES::verify).doesNotThrowAnyException();
  }

  @Test
  void theFeaturesAndTheLibrariesAreTheModules() {
    assertThat(MODULES.stream().map(module -> module.getIdentifier().toString()))
        .containsExactlyInAnyOrder(
            "id",
            "shard",
            "token",
            "role",
            "roleevent",
            "process",
            "redis",
            "password",
            "transfer",
            "scope",
            "trace",
            "platform",
            "account",
            "identity",
            "channel",
            "code",
            "deletion",
            "session",
            "ban",
            "ticket",
            "idempotency",
            "player",
            "throttle",
            "gameserver",
            "admin",
            "audit",
            "console",
            "activity",
            "approval",
            "note");
  }

  @Test
  void everyFeatureDeclaresWhatItMayUse() {
    assertThat(MODULES.stream())
        .filteredOn(module -> !LIBRARIES.contains(module.getIdentifier().toString()))
        .allSatisfy(
            module ->
                assertThat(declared(module.getBasePackage().getName()))
                    .as("allowedDependencies of %s", module.getIdentifier())
                    .doesNotContain(ApplicationModule.OPEN_TOKEN));
  }

  @Test
  void anUndeclaredDependencyIsSeen() {
    ImportOption everything = location -> true;
    var violations = ApplicationModules.of(PlantedApplication.class, everything).detectViolations();
    assertThat(violations.getMessages())
        .anySatisfy(
            message ->
                assertThat(message)
                    .contains("'billing' depends on module 'mailing'")
                    .contains("Allowed targets: none"));
  }

  @Test
  void aModuleThatDeclaresNothingIsSeen() {
    assertThat(declared("io.planted.modules.mailing")).contains(ApplicationModule.OPEN_TOKEN);
  }

  private static List<String> declared(String basePackage) {
    try {
      ApplicationModule declaration =
          Class.forName(basePackage + ".package-info").getAnnotation(ApplicationModule.class);
      return declaration == null
          ? List.of(ApplicationModule.OPEN_TOKEN)
          : List.of(declaration.allowedDependencies());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(basePackage + " has no package-info", e);
    }
  }
}
