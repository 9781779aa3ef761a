package io.usercenter.it;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import io.usercenter.testkit.Chromium;
import io.usercenter.testkit.Executables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;

/**
 * Chromium, driven by Playwright. What npm brings for that (the driver, axe) is fetched first; the
 * browser is the machine's.
 */
final class ConsoleBrowser implements AutoCloseable {
  /** Build output: what each page looked like. */
  static final Path SCREENSHOTS = Path.of("target/console-screenshots");

  private static final Path FOLDER = Path.of("../admin-console/browser").toAbsolutePath();
  private static final Path DRIVER = Path.of("target/playwright-driver").toAbsolutePath();

  private final Playwright playwright;
  private final Browser browser;
  private final String axe;
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  private ConsoleBrowser(Playwright playwright, Browser browser, String axe) {
    this.playwright = playwright;
    this.browser = browser;
    this.axe = axe;
  }

  static ConsoleBrowser start() {
    Path chromium = Chromium.program();
    try {
      fetch();
      System.setProperty("playwright.cli.dir", DRIVER.toString());
      Playwright playwright = Playwright.create();
      Browser browser =
          playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(chromium));
      String axe = Files.readString(FOLDER.resolve("node_modules/axe-core/axe.min.js"));
      return new ConsoleBrowser(playwright, browser, axe);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Playwright for Java finds its driver in a folder with Node.js and the package. */
  private static void fetch() throws IOException {
    Path node =
        Executables.onPath("node")
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "the tests of the operators' page need Node.js 20 or newer with npm, as"
                            + " clients/typescript does: package nodejs, or nodejs.org"));
    Process npm =
        new ProcessBuilder(
                "npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund")
            .directory(FOLDER.toFile())
            .redirectErrorStream(true)
            .start();
    npm.getOutputStream().close();
    String said = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (npm.onExit().join().exitValue() != 0) {
      throw new IllegalStateException("npm ci in " + FOLDER + " failed: " + said);
    }
    Files.createDirectories(DRIVER);
    link(DRIVER.resolve("node"), node.toRealPath());
    link(DRIVER.resolve("package"), FOLDER.resolve("node_modules/playwright-core"));
  }

  private static void link(Path link, Path target) throws IOException {
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, target);
  }

  /** A new browser of somebody else: without cookies, in this language, with this look. */
  Page visitor(String language, String look) {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions().setViewportSize(1280, 800).setLocale("en-GB"));
    context.addInitScript(
        "if (!localStorage.getItem('language')) localStorage.setItem('language', '%s');"
                .formatted(language)
            + "if (!localStorage.getItem('look')) localStorage.setItem('look', '%s');"
                .formatted(look));
    context.setDefaultTimeout(10_000);
    Page page = context.newPage();
    page.onConsoleMessage(
        message -> {
          // Refusals of the service are no faults of the page: Chromium tells of each.
          if (!message.text().startsWith("Failed to load resource")
              && (message.type().equals("error") || message.type().equals("warning"))) {
            complaints.add(page.url() + " " + message.text());
          }
        });
    page.onPageError(error -> complaints.add(page.url() + " " + error));
    return page;
  }

  /** What the browser said since the last call: faults of scripts, violations of the policy. */
  List<String> takeComplaints() {
    List<String> taken = List.copyOf(complaints);
    complaints.clear();
    return taken;
  }

  void screenshot(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve(name + ".png")));
  }

  /** What axe finds wrong with the page that is serious or critical. */
  List<String> barriers(Page page) {
    page.evaluate(axe);
    Object json =
        page.evaluate(
            "async () => JSON.stringify((await axe.run(document)).violations"
                + ".filter(v => v.impact === 'serious' || v.impact === 'critical'))");
    List<String> barriers = new ArrayList<>();
    for (JsonNode violation : Client.JSON.readTree(String.valueOf(json))) {
      barriers.add(
          "%s: %s: %s"
              .formatted(
                  page.url(), violation.at("/id").asString(), violation.at("/nodes/0/html")));
    }
    return barriers;
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
