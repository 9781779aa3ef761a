package io.usercenter.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Chromium of the machine, for tests of web pages. Where there is none, root installs Debian's
 * with apt-get, and a font with Chinese characters; anybody else is told what to do.
 */
public final class Chromium {
  private static final String FONT = "fonts-wqy-microhei";

  private Chromium() {}

  /**
   * Its program.
   *
   * @throws BackendException when there is none and it cannot be had
   */
  public static Path program() {
    if (!hasChineseFont()) {
      Apt.install("screenshots need a font", List.of(List.of("fontconfig", FONT)));
    }
    return found()
        .or(
            () ->
                Apt.install("tests of the console need a browser", List.of(List.of("chromium")))
                    ? found()
                    : Optional.empty())
        .orElseThrow(
            () ->
                new BackendException(
                    "the tests of the operators' page need Chromium. Run as root: apt-get update &&"
                        + " apt-get install -y --no-install-recommends chromium "
                        + FONT
                        + " (Fedora: dnf install chromium)"));
  }

  private static Optional<Path> found() {
    return Stream.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
        .flatMap(name -> Executables.onPath(name).stream())
        .findFirst();
  }

  private static boolean hasChineseFont() {
    Executables.Result fonts =
        Executables.run(Path.of("/"), Map.of(), List.of("fc-list", ":lang=zh-cn"));
    return fonts.ok() && !fonts.output().isBlank();
  }
}
