package io.usercenter.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.scope.ScopeGuard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The permissions in the documents are those in the code, and each table is guarded or not. */
class ScopeDocumentsTest {
  /** Tables that operators are not asked a scope for, by what they hold. */
  private static final Map<String, Set<String>> OPEN =
      Map.of(
          "what the service says about itself",
          Set.of("shard_meta", "id_machine", "signing_key", "role_stream_pause", "rights_version"),
          "answers and messages on their way, found by keys that nobody guesses",
          Set.of("idempotency", "outbox"),
          "who leads to which account, which is then asked for with the scope",
          Set.of("identity"),
          "the record of what operators did: one account's after it was found as a whole, all of it"
              + " for who may read it everywhere",
          Set.of("audit_note", "audit_pending", "audit_head", "entry", "chain"),
          "operators, and what there is to be granted",
          Set.of(
              "operator",
              "operator_session",
              "operator_recovery_code",
              "operator_password",
              "operator_group",
              "operator_group_member",
              "operator_grant",
              "operator_grant_permission",
              "operator_grant_channel",
              "operator_grant_server",
              "operator_grant_server_group",
              "channel",
              "game_server",
              "server_group",
              "server_group_server"),
          "what waits for a second operator, shown to who could do it himself",
          Set.of("approval"),
          "counts of everything by the hour",
          Set.of("activity_hour"),
          "imports, for which a permission holds as a whole",
          Set.of("import_job", "import_chunk", "import_progress", "import_reject"));

  @Test
  void thePermissionsAreWrittenDown() throws IOException {
    String document = Files.readString(Path.of("..", "docs", "operators.md"));
    assertThat(
            document
                .lines()
                .filter(line -> line.matches("\\| `[A-Z_]+` \\| [a-z-]+ \\|.*"))
                .map(line -> line.substring(0, line.lastIndexOf("| ", line.length() - 3))))
        .containsExactlyElementsOf(
            Arrays.stream(Permission.values())
                .map(
                    permission ->
                        "| `%s` | %s | %s | %s "
                            .formatted(
                                permission,
                                permission.menu().id(),
                                permission.scoped() ? "yes" : "",
                                permission.dangerous() ? "yes" : ""))
                .toList());
  }

  @Test
  void eachTableIsGuardedOrOpenForAReason() throws IOException {
    Pattern create = Pattern.compile("CREATE TABLE (?:IF NOT EXISTS )?(?:\\w+\\.)?(\\w+)");
    Pattern drop = Pattern.compile("DROP TABLE (?:IF EXISTS )?(\\w+)");
    Set<String> made = new TreeSet<>();
    Set<String> dropped = new TreeSet<>();
    for (String folder : new String[] {"admin", "shard"}) {
      try (Stream<Path> scripts = Files.list(Path.of("..", "sql", folder))) {
        for (Path script : scripts.toList()) {
          String text = Files.readString(script);
          create.matcher(text).results().forEach(t -> made.add(t.group(1)));
          drop.matcher(text).results().forEach(t -> dropped.add(t.group(1)));
        }
      }
    }
    made.removeAll(dropped);
    Set<String> known =
        Stream.of(
                Stream.of(
                    ScopeGuard.OF_AN_ACCOUNT, ScopeGuard.OF_A_SERVER, ScopeGuard.BY_THEMSELVES),
                OPEN.values().stream())
            .flatMap(sets -> sets)
            .flatMap(Set::stream)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(known).isEqualTo(made);
  }
}
