package io.usercenter.testkit.architecture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The document that lists the source files of the main flows: a text, then for each flow a heading
 * of the second level, a sentence and links. With the system property {@code update.flows=true} it
 * is rewritten instead of compared.
 */
public final class FlowDocument {
  /** System property. */
  public static final String UPDATE = "update.flows";

  private static final String HEADING = "## ";

  private final Path root;
  private final Path file;

  /**
   * @param root the folder of the repository
   * @param file below it, {@code docs/flows.md}
   */
  public FlowDocument(Path root, String file) {
    this.root = root;
    this.file = root.resolve(file);
  }

  /** The titles that the document has, in its order. */
  public List<String> titles() throws IOException {
    return sections().keySet().stream().filter(title -> !title.isEmpty()).toList();
  }

  /**
   * Compares the sections of these flows with the code, or rewrites them. Other sections are left
   * alone.
   *
   * @return what differs, a sentence each; empty when all is well
   */
  public List<String> differences(List<Flow> flows, CallGraph graph) throws IOException {
    Map<String, String> sections = sections();
    List<String> differences = new ArrayList<>();
    for (Flow flow : flows) {
      String wanted = sectionOf(flow, graph);
      String found = sections.get(flow.title());
      if (!wanted.equals(found)) {
        differences.add(
            "the section '%s' of %s does not tell what the code does; run the test with -D%s=true and look at the difference. From the code:%n%s"
                .formatted(flow.title(), root.relativize(file), UPDATE, wanted));
      }
      sections.put(flow.title(), wanted);
    }
    if (Boolean.getBoolean(UPDATE)) {
      StringBuilder all = new StringBuilder();
      sections.values().forEach(all::append);
      Files.writeString(file, all.toString().stripTrailing() + "\n", StandardCharsets.UTF_8);
      return List.of();
    }
    return differences;
  }

  private String sectionOf(Flow flow, CallGraph graph) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(HEADING).append(flow.title()).append("\n\n").append(flow.sentence()).append("\n\n");
    for (String source : graph.filesPassed(flow.entries())) {
      text.append("1. [")
          .append(source.substring(source.lastIndexOf('/') + 1))
          .append("](")
          .append(file.resolveSibling("").relativize(find(source)).toString().replace('\\', '/'))
          .append(")\n");
    }
    return text.append('\n').toString();
  }

  private Path find(String source) throws IOException {
    try (Stream<Path> modules = Files.list(root)) {
      return modules
          .map(module -> module.resolve("src/main/java").resolve(source))
          .filter(Files::exists)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no module has the source " + source));
    }
  }

  /** By title; what stands before the first heading has none. */
  private Map<String, String> sections() throws IOException {
    Map<String, String> sections = new LinkedHashMap<>();
    String title = "";
    StringBuilder text = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(HEADING)) {
        sections.put(title, ended(text));
        title = line.substring(HEADING.length()).strip();
        text.setLength(0);
      }
      text.append(line).append('\n');
    }
    sections.put(title, ended(text));
    return sections;
  }

  private static String ended(StringBuilder text) {
    return text.toString().stripTrailing() + "\n\n";
  }
}
