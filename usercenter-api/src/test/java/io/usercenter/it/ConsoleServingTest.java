package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How the operators' page is served: where, and what browsers are told to forbid. */
class ConsoleServingTest {
  private static final Pattern SCRIPT = Pattern.compile("src=\"(/console/assets/[^\"]+\\.js)\"");

  private static Usercenter service;
  private static Client inside;

  @BeforeAll
  static void start() {
    service = Usercenter.start(Backends.mysql(), Backends.redis());
    inside = service.inside();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void thePageForbidsWhatItDoesNotNeed() {
    Answer page = inside.get("/console/").expect(200);
    assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=utf-8");
    assertThat(page.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
  }

  @Test
  void theNonceOfStylesIsNewEachTime() {
    Answer first = inside.get("/console/").expect(200);
    Answer second = inside.get("/console/").expect(200);
    assertThat(nonce(first)).hasSizeGreaterThanOrEqualTo(22).isNotEqualTo(nonce(second));
    assertThat(first.body()).contains("nonce=\"" + nonce(first) + "\"").doesNotContain("__NONCE__");
  }

  @Test
  void linksDeepIntoTheConsoleLeadToThePageAndNothingElseDoes() {
    assertThat(inside.get("/console/players/42?tab=bans").expect(200).body())
        .contains("id=\"root\"");
    assertThat(inside.get("/console").expect(308).header("Location")).isEqualTo("/console/");
    inside.get("/console/assets/gone-0000.js").expectProblem(404, "NOT_FOUND");
    inside.get("/elsewhere").expectProblem(404, "NOT_FOUND");
    inside.post("/console/", "").expectProblem(405, "METHOD_NOT_ALLOWED");
  }

  @Test
  void filesWithAHashInTheirNameAreKeptForEver() {
    Matcher script = SCRIPT.matcher(inside.get("/console/").body());
    assertThat(script.find()).isTrue();
    Answer plain = inside.get(script.group(1)).expect(200);
    assertThat(plain.header("Content-Type")).isEqualTo("text/javascript;charset=utf-8");
    assertThat(plain.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
    assertThat(plain.header("X-Content-Type-Options")).isEqualTo("nosniff");
    Answer small = inside.with("Accept-Encoding", "gzip").get(script.group(1)).expect(200);
    assertThat(small.header("Content-Encoding")).isEqualTo("gzip");
    assertThat(Long.parseLong(small.header("Content-Length")))
        .isLessThan(Long.parseLong(plain.header("Content-Length")) / 2);
  }

  @Test
  void thePublicPortKnowsNoConsole() {
    service.players().get("/console/").expectProblem(404, "NOT_FOUND");
    service.players().get("/console/icon.svg").expectProblem(404, "NOT_FOUND");
  }

  private static String nonce(Answer page) {
    return page.header("Content-Security-Policy").replaceAll(".*'nonce-([^']+)'.*", "$1");
  }
}
