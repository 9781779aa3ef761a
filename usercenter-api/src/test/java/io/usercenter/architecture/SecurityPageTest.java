package io.usercenter.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.architecture.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every demand of {@code docs/security.md} names tests, and there are tests of these names. */
class SecurityPageTest {
  private static final Path ROOT = Path.of(System.getProperty("uc.root"));
  private static final Path DOCUMENT = ROOT.resolve("docs/security.md");
  private static final Pattern TEST = Pattern.compile("\\b([A-Z]\\w+Test)\\b");

  @Test
  void everyDemandNamesItsTestOrSaysThatItIsNotMet() throws IOException {
    for (String heading :
        List.of("## Authentication (V2)", "## Sessions (V3)", "## Access control (V4)")) {
      List<List<String>> rows = Tables.below(DOCUMENT, heading);
      assertThat(rows).isNotEmpty();
      assertThat(rows)
          .allSatisfy(
              row -> {
                assertThat(row).hasSize(4).noneMatch(String::isBlank);
                assertThat(TEST.matcher(row.getLast()).find())
                    .as("%s", row)
                    .isNotEqualTo(row.get(2).startsWith("Not met"));
              });
    }
  }

  @Test
  void everyTestItNamesExists() throws IOException {
    Set<String> named =
        TEST.matcher(Files.readString(DOCUMENT))
            .results()
            .map((MatchResult match) -> match.group(1))
            .collect(Collectors.toSet());
    try (Stream<Path> files = Files.find(ROOT, 12, (file, _) -> isTest(file))) {
      assertThat(files.map(f -> f.getFileName().toString().replace(".java", "")))
          .containsAll(named);
    }
  }

  private static boolean isTest(Path file) {
    return file.toString().contains("/src/test/java/") && file.toString().endsWith("Test.java");
  }
}
