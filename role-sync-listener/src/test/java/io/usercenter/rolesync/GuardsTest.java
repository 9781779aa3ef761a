package io.usercenter.rolesync;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.usercenter.id.UserId;
import io.usercenter.role.RoleStore;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.architecture.Ambient;
import io.usercenter.testkit.architecture.CallGraph;
import io.usercenter.testkit.architecture.Flow;
import io.usercenter.testkit.architecture.FlowDocument;
import io.usercenter.testkit.architecture.Settings;
import io.usercenter.testkit.architecture.Tables;
import io.usercenter.trace.TraceSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The rules for all code and the documents, as far as they are about the listener. That the rules
 * see violations is proved by the tests of the service.
 */
class GuardsTest {
  private static final Path ROOT = Path.of(System.getProperty("uc.root"));

  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.usercenter.rolesync");

  private static final Flow BY_STREAM =
      new Flow(
          "A role event by the stream",
          "One worker per stream reads a batch, applies it in one statement per shard, tells the"
              + " caches, and acknowledges what is done.",
          List.of("io.usercenter.rolesync.StreamWorker#run"));

  @Test
  void timeRandomnessSleepAndThreadsAreHandedIn() {
    String edge = "io.usercenter.rolesync.RoleSyncConfiguration";
    Ambient.TIME.onlyIn(edge).check(OURS);
    Ambient.RANDOMNESS.onlyIn(edge).check(OURS);
    Ambient.SLEEP.onlyIn().check(OURS);
    // One virtual thread per stream.
    Ambient.THREADS.onlyIn("io.usercenter.rolesync.RoleSync").check(OURS);
  }

  @Test
  void theDocumentListsTheFilesThatTheFlowPasses() throws IOException {
    CallGraph graph =
        CallGraph.of(
                "io.usercenter",
                RoleSyncApplication.class,
                UserId.class,
                Shards.class,
                RoleStore.class)
            .ignoring("io.usercenter.id.UserIdLayout");
    assertThat(new FlowDocument(ROOT, "docs/flows.md").differences(List.of(BY_STREAM), graph))
        .isEmpty();
  }

  @Test
  void everySettingHasOneRowWithItsVariableAndDefault() throws IOException {
    List<List<String>> rows =
        Tables.below(ROOT.resolve("docs/configuration.md"), "## The listener of role events");
    assertThat(rows).allSatisfy(row -> assertThat(row).hasSize(6).noneMatch(String::isBlank));
    assertThat(rows.stream().map(row -> new Settings.Setting(row.get(0), row.get(1), row.get(3))))
        .containsExactlyInAnyOrderElementsOf(
            Settings.of(
                List.of(
                    DatabaseProperties.class,
                    RedisProperties.class,
                    RoleSyncProperties.class,
                    TraceSettings.class)));
  }
}
