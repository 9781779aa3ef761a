package io.usercenter.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every alert leads to a page of the runbook that says what to look at and what to do, every page
 * belongs to an alert, and what pages link to is there. {@code deploy/check-alerts.sh} runs the
 * rules through their tests.
 */
class AlertsTest {
  private static final Path ROOT = Path.of(System.getProperty("uc.root"));
  private static final Path RULES = ROOT.resolve("deploy/prometheus/rules.yml");
  private static final Path PAGES = ROOT.resolve("docs/runbook/alerts");
  private static final Pattern ALERT =
      Pattern.compile("- alert: (\\w+)\\n((?:(?!\\n *- alert:)[\\s\\S])*)");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(?:#([^)]+))?\\)");

  private record Alert(String name, String body) {}

  private static final List<Alert> ALERTS = new ArrayList<>();

  @BeforeAll
  static void read() throws IOException {
    Matcher matcher = ALERT.matcher(Files.readString(RULES));
    while (matcher.find()) {
      ALERTS.add(new Alert(matcher.group(1), matcher.group(2)));
    }
    assertThat(ALERTS).hasSizeGreaterThan(15);
  }

  @Test
  void everyAlertHasASeverityASummaryAndAPage() {
    for (Alert alert : ALERTS) {
      assertThat(alert.body())
          .as(alert.name())
          .containsPattern("severity: (page|ticket)")
          .containsPattern("summary: \\S")
          .contains("runbook_url: docs/runbook/alerts/" + alert.name() + ".md\n");
      assertThat(PAGES.resolve(alert.name() + ".md"))
          .content()
          .startsWith("# " + alert.name() + "\n")
          .contains("**It means:** ", "**Players notice:** ", "\n## Look\n1. ", "\n## Do\n* ");
    }
  }

  @Test
  void everyPageBelongsToAnAlert() throws IOException {
    try (Stream<Path> pages = Files.list(PAGES)) {
      assertThat(pages.map(page -> page.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              ALERTS.stream().map(alert -> alert.name() + ".md").toList());
    }
  }

  @Test
  void whatTheRunbookLinksToIsThere() throws IOException {
    try (Stream<Path> pages = Files.walk(PAGES.getParent())) {
      for (Path page : pages.filter(file -> file.toString().endsWith(".md")).toList()) {
        Matcher link = LINK.matcher(Files.readString(page));
        while (link.find()) {
          Path target = page.resolveSibling(link.group(1)).normalize();
          assertThat(target).as("a link of %s", page).exists();
          if (link.group(2) != null && target.toString().endsWith(".md")) {
            assertThat(anchors(target)).as("a link of %s", page).contains(link.group(2));
          }
        }
      }
    }
  }

  /** As GitHub makes them of headings. */
  private static List<String> anchors(Path page) throws IOException {
    return Files.readAllLines(page).stream()
        .filter(line -> line.startsWith("#"))
        .map(
            line ->
                line.replaceFirst("^#+ ", "")
                    .toLowerCase(java.util.Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'))
        .toList();
  }
}
