package io.usercenter.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.usercenter.role.RoleStore;
import io.usercenter.roleevent.ParsedRoleEvent;
import io.usercenter.roleevent.RoleEvents;
import io.usercenter.testkit.Backends;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * An operator's night with the console, in a real browser against the real service. Whatever the
 * browser complains about, such as a violation of the content security policy, fails the test.
 */
class ConsoleJourneysTest {
  private static Usercenter service;
  private static ConsoleBrowser browser;

  private final List<Page> pages = new ArrayList<>();

  @BeforeAll
  static void start() {
    service = Usercenter.start(Backends.mysql(), Backends.redis());
    browser = ConsoleBrowser.start();
  }

  @AfterAll
  static void stop() {
    browser.close();
    service.close();
  }

  @AfterEach
  void nothingWasComplainedAbout() {
    pages.forEach(page -> page.context().close());
    assertThat(browser.takeComplaints()).isEmpty();
  }

  @Test
  void aPlayerIsFoundByRoleIdBannedAndRefused() {
    String player = Names.fresh();
    Answer login = service.players().register(player).expect(201);
    String userId = login.text("/account/userId");
    String roleId = "role-" + player;
    character(userId, "S1", "c1", roleId);
    Client client = service.players().bearer(login.text("/accessToken"));
    client.get("/v1/accounts/me").expect(200);

    ConsoleDesk desk = desk().login("admin", Usercenter.OPERATOR_PASSWORD);
    desk.find(roleId);
    desk.link(userId).click();
    desk.heading("Player " + player);
    desk.button("Ban").click();
    desk.dialog().getByLabel("Reason code").fill("CHEATING");
    desk.confirm("Ban");
    assertThat(desk.page().getByText(Pattern.compile("Banned: CHEATING"))).isVisible();
    Eventually.holds(
        "the player is refused",
        Duration.ofSeconds(5),
        () -> client.get("/v1/accounts/me").status() != 200);
    service.players().login(player).expect(403);
  }

  @Test
  void theLanguageChangesAtOnceAndStays() {
    ConsoleDesk desk = desk().login("admin", Usercenter.OPERATOR_PASSWORD);
    desk.open("/players");
    desk.button("中文").click();
    desk.heading("玩家");
    assertThat(desk.page().locator("html")).hasAttribute("lang", "zh-CN");
    desk.page().reload();
    desk.heading("玩家");
    desk.button("English").click();
    desk.heading("Players");
  }

  @Test
  void loginAndSearchWorkWithoutAMouse() {
    String player = Names.fresh();
    service.registered(player);
    ConsoleDesk desk = desk();
    desk.open("/");
    Page page = desk.page();
    page.keyboard().type("admin");
    page.keyboard().press("Tab");
    page.keyboard().type(Usercenter.OPERATOR_PASSWORD);
    page.keyboard().press("Enter");
    assertThat(desk.button("Log out")).isVisible();
    desk.settle();
    page.keyboard().press("/");
    page.keyboard().type(player);
    page.keyboard().press("Enter");
    assertThat(desk.row(player)).isVisible();
    page.locator("tbody a").first().focus();
    page.keyboard().press("Enter");
    desk.heading("Player " + player);
    assertThat(page.locator("h1")).isFocused();
  }

  @Test
  void dataThatIsOldIsCalledOld() {
    ConsoleDesk desk = desk().login("admin", Usercenter.OPERATOR_PASSWORD);
    desk.open("/bans");
    desk.page().context().setOffline(true);
    desk.button("Reload").click();
    assertThat(desk.page().getByText(Pattern.compile("This is \\d+ seconds old"))).isVisible();
    desk.page().context().setOffline(false);
    desk.button("Reload").first().click();
    assertThat(desk.page().getByText(Pattern.compile("This is \\d+ seconds old"))).isHidden();
  }

  @Test
  void aRefusalShowsItsCodeAndItsTraceId() {
    ConsoleDesk desk = desk().login("admin", Usercenter.OPERATOR_PASSWORD);
    desk.open("/players/1");
    assertThat(desk.page().getByRole(AriaRole.ALERT)).containsText("ACCOUNT_NOT_FOUND");
    assertThat(desk.page().getByRole(AriaRole.ALERT))
        .containsText(Pattern.compile("Trace id [0-9a-f]{32}"));
  }

  private ConsoleDesk desk() {
    Page page = browser.visitor("en", "light");
    pages.add(page);
    return new ConsoleDesk(page, service);
  }

  private static void character(String userId, String server, String channel, String roleId) {
    String json =
        """
        {"eventId":"%s","type":"ROLE_CREATED","serverId":"%s","userId":"%s","roleId":"%s","revision":1,
         "occurredAt":"2026-11-21T08:00:00.000Z","role":{"name":"Ayla","level":3,"channel":"%s"}}
        """
            .formatted(roleId, server, userId, roleId, channel);
    if (RoleEvents.parse(json) instanceof ParsedRoleEvent.Valid(var event)) {
      assertThat(service.bean(RoleStore.class).apply(List.of(event))).hasSize(1);
    } else {
      throw new AssertionError(json);
    }
  }
}
