package io.usercenter.testkit.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads tables out of Markdown documents, so that a test can compare them with the code. */
public final class Tables {
  private Tables() {}

  /**
   * The rows of the first table below a heading, without its head. Cells are stripped of blanks and
   * of the backquotes around them.
   *
   * @param heading the whole line, {@code ## Codes}
   */
  public static List<List<String>> below(Path document, String heading) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    boolean there = false;
    for (String line : Files.readAllLines(document)) {
      if (line.equals(heading)) {
        there = true;
      } else if (there && line.startsWith("|")) {
        rows.add(cells(line));
      } else if (there && (line.startsWith("#") || !rows.isEmpty())) {
        break;
      }
    }
    if (rows.size() < 3) {
      throw new IllegalStateException(
          "%s has no table below the heading '%s'".formatted(document, heading));
    }
    return List.copyOf(rows.subList(2, rows.size()));
  }

  private static List<String> cells(String line) {
    String inner = line.strip();
    inner = inner.substring(1, inner.endsWith("|") ? inner.length() - 1 : inner.length());
    return Arrays.stream(inner.split("(?<!\\\\)\\|", -1))
        .map(cell -> cell.strip().replace("\\|", "|"))
        .map(Tables::unquoted)
        .toList();
  }

  private static String unquoted(String cell) {
    boolean quoted =
        cell.length() > 1 && cell.startsWith("`") && cell.indexOf('`', 1) == cell.length() - 1;
    return quoted ? cell.substring(1, cell.length() - 1) : cell;
  }
}
