package io.usercenter.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.approval.Approval;
import io.usercenter.approval.ApprovalKind;
import io.usercenter.ban.BanBatch;
import io.usercenter.id.InvalidUsernameException;
import io.usercenter.password.NewPasswordRules;
import io.usercenter.platform.ErrorCode;
import io.usercenter.role.RoleOutcome;
import io.usercenter.transfer.RejectCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The committed build of the operators' page belongs to its sources, and its texts exist in both
 * languages. Needs no Node.js: the build says from which files it was made.
 */
class ConsoleBuildTest {
  private static final Path CONSOLE = Path.of("../admin-console");
  private static final Set<String> SOURCES =
      Set.of(
          "index.html",
          "package-lock.json",
          "package.json",
          "public",
          "src",
          "tsconfig.json",
          "vite.config.ts");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\w+}");
  private static final Pattern CHINESE = Pattern.compile("\\p{IsHan}");
  private static final Pattern ENDPOINT = Pattern.compile("'(/admin/v1/[^']+)'");
  private static final Pattern ACTION = Pattern.compile("\"([A-Z]+(?:_[A-Z]+)+)\"");
  private static final Pattern KEY = Pattern.compile("\\bt\\(\\s*'([\\w.-]+)'");

  @Test
  void theBuildIsAsNewAsItsSources() throws Exception {
    Map<String, String> sealed = new TreeMap<>();
    for (String line : Files.readAllLines(CONSOLE.resolve("dist/seal.sha256"))) {
      sealed.put(line.substring(66), line.substring(0, 64));
    }
    assertThat(digests())
        .as("run admin-console/build.sh and commit admin-console/dist")
        .isEqualTo(sealed);
  }

  @Test
  void bothLanguagesSayTheSameThings() throws IOException {
    JsonNode english = catalogue("en");
    JsonNode chinese = catalogue("zh-CN");
    assertThat(chinese.propertyNames()).isEqualTo(english.propertyNames());
    assertThat(english.propertyNames())
        .hasSizeGreaterThan(300)
        .allSatisfy(
            key -> {
              assertThat(english.get(key).asString()).isNotBlank().doesNotContainPattern(CHINESE);
              assertThat(chinese.get(key).asString()).containsPattern(CHINESE);
              assertThat(placeholders(chinese, key)).isEqualTo(placeholders(english, key));
            });
  }

  @Test
  void everyTextThatThePagesShowIsInTheCatalogue() throws IOException {
    Set<String> used = used(KEY);
    assertThat(used).hasSizeGreaterThan(200);
    assertThat(catalogue("en").propertyNames()).containsAll(used);
  }

  /** Whatever the service refuses or records is told in the language of the page, by its code. */
  @Test
  void whatTheServiceAnswersByACodeHasAText() throws IOException {
    Set<String> wanted = new TreeSet<>();
    wanted.addAll(keys("problem", ErrorCode.values()));
    wanted.addAll(keys("refusal.PASSWORD_INVALID", NewPasswordRules.Weakness.values()));
    wanted.addAll(keys("refusal.USERNAME_INVALID", InvalidUsernameException.Code.values()));
    wanted.addAll(keys("rejection", RoleOutcome.Rejection.values()));
    wanted.addAll(keys("rejectCode", RejectCode.values()));
    wanted.addAll(keys("result", BanBatch.Outcome.values()));
    wanted.addAll(keys("approvalKind", ApprovalKind.values()));
    wanted.addAll(keys("approvalState", Approval.State.values()));
    for (ApprovalKind kind : ApprovalKind.values()) {
      wanted.add("audited.APPROVED_" + kind);
    }
    assertThat(wanted).hasSizeGreaterThan(120);
    assertThat(catalogue("en").propertyNames()).containsAll(wanted);
    assertThat(catalogue("zh-CN").propertyNames()).containsAll(wanted);
  }

  private static List<String> keys(String kind, Enum<?>[] values) {
    return Arrays.stream(values).map(value -> kind + "." + value.name()).toList();
  }

  @Test
  void everyActionOnRecordHasAText() throws IOException {
    Set<String> actions = new TreeSet<>();
    try (Stream<Path> files = Files.list(Path.of("src/main/java/io/usercenter/admin"))) {
      for (Path file : files.toList()) {
        ACTION.matcher(Files.readString(file)).results().forEach(hit -> actions.add(hit.group(1)));
      }
    }
    actions.removeAll(Set.of("NEVER_HELD", "USED_BEFORE")); // no actions, but written like them
    assertThat(actions).hasSizeGreaterThan(70);
    assertThat(catalogue("en").propertyNames())
        .containsAll(actions.stream().map(action -> "audited." + action).toList());
  }

  @Test
  void everyEndpointThatThePagesCallIsDocumented() throws IOException {
    Set<String> called = used(ENDPOINT);
    assertThat(called).hasSizeGreaterThan(60);
    JsonNode documented =
        JsonMapper.shared()
            .readTree(Files.readString(Path.of("../docs/openapi.json")))
            .at("/paths");
    assertThat(documented.propertyNames()).containsAll(called);
  }

  private static Set<String> used(Pattern pattern) throws IOException {
    Set<String> used = new TreeSet<>();
    try (Stream<Path> files = Files.walk(CONSOLE.resolve("src"))) {
      for (Path file : files.filter(file -> file.toString().matches(".*\\.tsx?")).toList()) {
        pattern.matcher(Files.readString(file)).results().forEach(hit -> used.add(hit.group(1)));
      }
    }
    return used;
  }

  private static JsonNode catalogue(String language) throws IOException {
    return JsonMapper.shared()
        .readTree(Files.readString(CONSOLE.resolve("src/locales/" + language + ".json")));
  }

  private static Set<String> placeholders(JsonNode catalogue, String key) {
    return PLACEHOLDER
        .matcher(catalogue.get(key).asString())
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }

  private static Map<String, String> digests() throws IOException, NoSuchAlgorithmException {
    Map<String, String> digests = new TreeMap<>();
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    for (String root : Stream.concat(SOURCES.stream(), Stream.of("dist")).toList()) {
      try (Stream<Path> files = Files.walk(CONSOLE.resolve(root))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String name = CONSOLE.relativize(file).toString();
          if (!name.equals("dist/seal.sha256")) {
            digests.put(name, HexFormat.of().formatHex(sha256.digest(Files.readAllBytes(file))));
          }
        }
      }
    }
    return digests;
  }
}
