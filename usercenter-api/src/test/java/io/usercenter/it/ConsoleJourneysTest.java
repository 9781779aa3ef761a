package io.usercenter.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.usercenter.role.RoleStore;
import io.usercenter.roleevent.ParsedRoleEvent;
import io.usercenter.roleevent.RoleEvents;
import io.usercenter.testkit.Backends;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * An operator's night with the console, in a real browser against the real service. Whatever the
 * browser complains about, such as a violation of the content security policy, fails the test.
 */
class ConsoleJourneysTest {
  private static final String PASSWORD = "a long enough password 1";

  private static Usercenter service;
  private static Client admin;
  private static ConsoleBrowser browser;

  private final List<Page> pages = new ArrayList<>();

  @BeforeAll
  static void start() {
    service = Usercenter.start(Backends.mysql(), Backends.redis());
    admin = service.operator();
    for (int i = 1; i <= 2; i++) {
      String server = "Journey" + i;
      admin.post("/admin/v1/game-servers", Map.of("serverId", server, "name", server)).expect(201);
      String channel = "journey-" + i;
      admin.post("/admin/v1/channels", Map.of("channel", channel, "name", channel)).expect(201);
    }
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
  void theSecondFactorIsAskedOnceItIsSetUp() {
    String name = operator(List.of("ACCOUNT_READ"), "ALL", "ALL");
    ConsoleDesk desk = desk().login(name, PASSWORD);
    desk.link(name).click();
    desk.button("Set up").click();
    desk.confirm("Set up");
    String secret = desk.page().getByText("Secret:").locator("code").innerText().strip();
    assertThat(desk.page().getByText(Pattern.compile("^otpauth://totp/.*")).first()).isVisible();
    desk.button("Confirm with a code").click();
    desk.dialog().getByLabel("Code of the authenticator app").fill(code(secret, 0));
    desk.confirm("Confirm with a code");
    assertThat(desk.page().getByText("Recovery codes, shown only now")).isVisible();
    desk.button("Log out").click();
    desk.credentials(name, PASSWORD);
    // Not the code that was shown before: each is good once.
    desk.page().getByLabel("Code of the authenticator app").fill(code(secret, 1));
    desk.button("Log in").click();
    assertThat(desk.button("Log out")).isVisible();
  }

  @Test
  void aPlayerIsFoundByRoleIdBannedAndRefusedAndTheAuditShowsIt() {
    String player = Names.fresh();
    Answer login = service.players().register(player).expect(201);
    String userId = login.text("/account/userId");
    String roleId = "role-" + player;
    character(service, userId, "S1", "c1", roleId);
    Client client = service.players().bearer(login.text("/accessToken"));
    client.get("/v1/accounts/me").expect(200);
    String reader = operator(List.of("ACCOUNT_READ", "BAN_READ"), "ALL", "ALL");
    apiLogin(reader)
        .post("/admin/v1/bans", Map.of("userId", userId, "reasonCode", "TRIED"))
        .expectProblem(403, "PERMISSION_MISSING");

    ConsoleDesk desk = desk().login("admin", Usercenter.OPERATOR_PASSWORD);
    desk.find(roleId);
    assertThat(
            desk.page()
                .getByText(Pattern.compile("By Role id: \\d shards? \\([\\d, ]+\\), \\d+ ms")))
        .isVisible();
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

    desk.tab("Audit").click();
    assertThat(desk.row("admin", "Ban", "Done").first()).isVisible();
    assertThat(desk.row(reader, "Ban", "Refused: no permission").first()).isVisible();
  }

  @Test
  void grantsForDifferentServersAndChannelsDoNotMix() {
    String seen = withCharacter("Journey1", "journey-1");
    String unseen = withCharacter("Journey1", "journey-2");
    String name =
        operator(List.of("ACCOUNT_READ", "ROLE_READ"), List.of("Journey1"), List.of("journey-1"));
    grant(name, List.of("ACCOUNT_READ", "ROLE_READ"), List.of("Journey2"), List.of("journey-2"));
    ConsoleDesk desk = desk().login(name, PASSWORD);
    desk.find(seen);
    assertThat(desk.row(seen)).isVisible();
    desk.find(unseen);
    assertThat(desk.page().getByText(Pattern.compile("^Nobody found for “" + unseen))).isVisible();
  }

  @Test
  void banningManyNeedsTwoPeople() {
    List<String> players = new ArrayList<>();
    for (int i = 0; i < 51; i++) {
      String player = Names.fresh();
      service.players().register(player).expect(201);
      players.add(player);
    }
    ConsoleDesk maker = desk().login("admin", Usercenter.OPERATOR_PASSWORD);
    maker.link("Bans").click();
    maker.tab("New batch").click();
    maker.page().getByLabel("User ids or usernames").fill(String.join("\n", players));
    maker.page().getByLabel("Reason code").fill("BOTS");
    maker.button("Dry run").click();
    assertThat(maker.page().getByText("Would be banned: 51")).isVisible();
    maker.button("Ban them all").click();
    assertThat(maker.page().getByText("Another person has to agree first")).isVisible();
    maker.open("/approvals");
    assertThat(maker.row("Yours: another person decides").first()).isVisible();
    service.players().login(players.getFirst()).expect(200);

    String checker =
        operator(List.of("APPROVAL_READ", "APPROVAL_DECIDE", "BAN_BATCH"), "ALL", "ALL");
    ConsoleDesk second = desk().login(checker, PASSWORD);
    second.open("/approvals");
    second
        .row("Batch of bans")
        .first()
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Approve"))
        .click();
    second.dialog().getByLabel("Reason").fill("seen the list");
    second.confirm("Approve");
    assertThat(second.page().getByText("Done").first()).isVisible();
    Eventually.holds(
        "the batch is carried out",
        Duration.ofSeconds(10),
        () -> service.players().login(players.getLast()).status() == 403);
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
  void aPageSaysWhichPermissionIsMissing() {
    ConsoleDesk desk = desk().login(operator(List.of("ACCOUNT_READ"), "ALL", "ALL"), PASSWORD);
    assertThat(desk.link("Players")).isVisible();
    assertThat(desk.link("Keys")).isHidden();
    desk.open("/keys");
    assertThat(desk.page().getByText(Pattern.compile("KEY_READ"))).isVisible();
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

  /** A new operator in a group of his own. */
  private static String operator(List<String> permissions, Object servers, Object channels) {
    String name = "op-" + Names.fresh();
    String operatorId =
        admin
            .post("/admin/v1/operators", Map.of("name", name, "password", PASSWORD))
            .expect(201)
            .text("/operatorId");
    String groupId =
        admin.post("/admin/v1/groups", Map.of("name", name)).expect(201).text("/groupId");
    admin
        .put("/admin/v1/groups/" + groupId + "/members", Map.of("operatorIds", List.of(operatorId)))
        .expect(200);
    grant(name, permissions, servers, channels);
    return name;
  }

  private static void grant(
      String name, List<String> permissions, Object servers, Object channels) {
    for (JsonNode group : admin.get("/admin/v1/groups").expect(200).json().at("/groups")) {
      if (group.at("/name").asString().equals(name)) {
        admin
            .post(
                "/admin/v1/groups/" + group.at("/groupId").asString() + "/grants",
                Map.of(
                    "permissions",
                    permissions,
                    "servers",
                    servers instanceof List<?> ids
                        ? Map.of("serverIds", ids, "serverGroupIds", List.of())
                        : servers,
                    "channels",
                    channels))
            .expect(201);
        return;
      }
    }
    throw new AssertionError("there is no group " + name);
  }

  private static Client apiLogin(String name) {
    return service
        .inside()
        .bearer(
            service
                .inside()
                .post("/admin/v1/sessions", Map.of("name", name, "password", PASSWORD))
                .expect(201)
                .text("/token"));
  }

  /** The name of a new player of this channel with a character there. */
  private static String withCharacter(String server, String channel) {
    String player = Names.fresh();
    String userId =
        service
            .players()
            .post(
                "/v1/accounts",
                Map.of("username", player, "password", Client.PASSWORD, "channel", channel))
            .expect(201)
            .text("/account/userId");
    character(service, userId, server, channel, "role-" + player);
    return player;
  }

  static void character(
      Usercenter service, String userId, String server, String channel, String roleId) {
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

  /** RFC 6238 with its defaults, so many steps of 30 s ahead. */
  private static String code(String base32, int ahead) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(decoded(base32), "HmacSHA1"));
      long step = Instant.now().getEpochSecond() / 30 + ahead;
      byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(step).array());
      int number = ByteBuffer.wrap(hash).getInt(hash[19] & 15) & Integer.MAX_VALUE;
      return "%06d".formatted(number % 1_000_000);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] decoded(String base32) {
    BigInteger bits = BigInteger.ONE;
    for (int i = 0; i < base32.length(); i++) {
      int five = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(base32.charAt(i));
      bits = bits.shiftLeft(5).or(BigInteger.valueOf(five));
    }
    byte[] all = bits.shiftRight(base32.length() * 5 % 8).toByteArray();
    return Arrays.copyOfRange(all, 1, all.length);
  }
}
