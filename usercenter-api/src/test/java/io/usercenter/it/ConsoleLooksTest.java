package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import io.usercenter.testkit.Backends;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What every page looks like, in both languages, light and dark: screenshots are kept as build
 * output for people to look at; what axe calls a serious barrier, a page that is wider than the
 * window, and texts of the other language fail the test.
 */
class ConsoleLooksTest {
  private static final Pattern CHINESE = Pattern.compile("\\p{IsHan}");
  private static final Pattern ENGLISH_SENTENCE = Pattern.compile("[a-z]+ [a-z]+ [a-z]+");

  private static Usercenter service;
  private static ConsoleBrowser browser;
  private static String userId;
  private static Map<String, String> paths;

  @BeforeAll
  static void start() {
    service = Usercenter.start(Backends.mysql(), Backends.redis());
    browser = ConsoleBrowser.start();
    Client admin = service.operator();
    String player = Names.fresh();
    userId = service.registered(player).toString();
    service.players().login(player).expect(200);
    admin
        .post(
            "/admin/v1/bans:batch",
            Map.of("usernames", List.of(player, "nobody-at-all"), "reasonCode", "LOOKS"))
        .expect(200);
    admin.post("/admin/v1/channels", Map.of("channel", "steam", "name", "Steam")).expect(201);
    admin.post("/admin/v1/game-servers", Map.of("serverId", "S1", "name", "Dawn")).expect(201);
    String name = "looks-" + player;
    String operatorId =
        admin
            .post(
                "/admin/v1/operators", Map.of("name", name, "password", "a long enough password 1"))
            .expect(201)
            .text("/operatorId");
    String groupId =
        admin.post("/admin/v1/groups", Map.of("name", name)).expect(201).text("/groupId");
    admin
        .post(
            "/admin/v1/groups/" + groupId + "/grants",
            Map.of(
                "permissions",
                List.of("ACCOUNT_READ", "BAN_WRITE"),
                "servers",
                Map.of("serverIds", List.of("S1"), "serverGroupIds", List.of()),
                "channels",
                List.of("steam")))
        .expect(201);
    admin
        .put("/admin/v1/groups/" + groupId + "/members", Map.of("operatorIds", List.of(operatorId)))
        .expect(200);
    ConsoleJourneysTest.character(service, userId, "S1", "steam", "looks-" + player);
    admin
        .post("/admin/v1/accounts/" + userId + "/notes", Map.of("text", "Asked twice by mail."))
        .expect(201);
    admin
        .post("/admin/v1/accounts/" + userId + ":export", Map.of("reason", "asked by mail"))
        .expect(202);
    paths =
        Map.ofEntries(
            Map.entry("dashboard", "/"),
            Map.entry("players", "/players?q=" + player),
            Map.entry("players-list", "/players?tab=list"),
            Map.entry("player-profile", "/players/" + userId),
            Map.entry("player-roles", "/players/" + userId + "?tab=roles"),
            Map.entry("player-sessions", "/players/" + userId + "?tab=sessions"),
            Map.entry("player-bans", "/players/" + userId + "?tab=bans"),
            Map.entry("player-identities", "/players/" + userId + "?tab=identities"),
            Map.entry("player-notes", "/players/" + userId + "?tab=notes"),
            Map.entry("player-audit", "/players/" + userId + "?tab=audit"),
            Map.entry("player-id", "/players/" + userId + "?tab=id"),
            Map.entry("player-nobody", "/players/" + (Long.parseLong(userId) ^ (1L << 40))),
            Map.entry("bans", "/bans"),
            Map.entry("role-sync", "/role-sync"),
            Map.entry("approvals", "/approvals"),
            Map.entry("audit", "/audit"),
            Map.entry("operators", "/operators"),
            Map.entry("operator", "/operators/" + operatorId),
            Map.entry("groups", "/groups"),
            Map.entry("group", "/groups/" + groupId),
            Map.entry("directory", "/directory"),
            Map.entry("keys", "/keys"),
            Map.entry("system", "/system"),
            Map.entry("account", "/account"),
            Map.entry("nothing", "/nothing-here"));
  }

  @AfterAll
  static void stop() {
    browser.close();
    service.close();
  }

  @ParameterizedTest
  @CsvSource({"en,light", "zh-CN,dark"})
  void everyPageIsWholeAccessibleAndInItsLanguage(String language, String look) {
    Page page = browser.visitor(language, look);
    ConsoleDesk desk = new ConsoleDesk(page, service);
    List<String> faults = new ArrayList<>();
    desk.open("/");
    page.locator("input[type=password]").waitFor();
    faults.addAll(seen(page, "login-%s-%s".formatted(language, look), language));
    page.locator("input").first().fill("admin");
    page.locator("input[type=password]").fill(Usercenter.OPERATOR_PASSWORD);
    page.keyboard().press("Enter");
    page.locator("nav").waitFor();
    paths.forEach(
        (name, path) -> {
          desk.open(path);
          faults.addAll(seen(page, "%s-%s-%s".formatted(name, language, look), language));
        });
    page.context().close();
    assertThat(faults).isEmpty();
    assertThat(browser.takeComplaints()).isEmpty();
    assertThat(ConsoleBrowser.SCREENSHOTS).isDirectoryContaining("glob:**/login-" + language + "*");
  }

  private static List<String> seen(Page page, String name, String language) {
    List<String> faults = new ArrayList<>(browser.barriers(page));
    if (Boolean.TRUE.equals(
        page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth"))) {
      faults.add(name + " is wider than the window");
    }
    if (page.locator("[role=alert]:has-text('INTERNAL_ERROR')").count() > 0) {
      faults.add(name + " shows an internal error");
    }
    // The switch of the language is named in the other one, players of other tests in any.
    String shown =
        String.valueOf(
            page.evaluate(
                "mine => { const main = document.querySelector('main').cloneNode(true);"
                    + " main.querySelectorAll('.looks').forEach(e => e.remove());"
                    + " const other = t => /\\d{18}/.test(t) && !t.includes(mine);"
                    + " main.querySelectorAll('tbody tr').forEach("
                    + "   row => other(row.textContent) && row.remove());"
                    + " return main.textContent; }",
                userId));
    if (CHINESE.matcher(shown).find() == language.equals("en")) {
      faults.add(name + " is not in " + language + ": " + shown);
    }
    for (String alert : page.locator("[role=alert]").allInnerTexts()) {
      if (language.equals("zh-CN") && ENGLISH_SENTENCE.matcher(alert).find()) {
        faults.add(name + " tells in English what went wrong: " + alert);
      }
    }
    browser.screenshot(page, name);
    return faults;
  }
}
