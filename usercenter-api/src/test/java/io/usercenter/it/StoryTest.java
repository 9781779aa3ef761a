package io.usercenter.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.UserId;
import io.usercenter.role.RoleStore;
import io.usercenter.roleevent.ParsedRoleEvent;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleEvents;
import io.usercenter.shard.ShardPools;
import io.usercenter.testkit.Backends;
import io.usercenter.token.TokenVerifier;
import io.usercenter.token.Verification;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/**
 * A player's and an operator's day with the service. Every step is an HTTP request, as their
 * programs send it.
 */
@ExtendWith(OutputCaptureExtension.class)
class StoryTest {
  private static Usercenter service;
  private static Client players;
  private static Client server;
  private static Client operator;

  @BeforeAll
  static void start() {
    service = Usercenter.start(Backends.mysql(), Backends.redis());
    players = service.players();
    server = service.gameServer("*");
    operator = service.operator();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void aRegistrationAnswersEverythingTheClientAsksNext() {
    String name = "Story_" + Names.fresh();
    Answer login =
        players
            .post(
                "/v1/accounts",
                Map.of(
                    "username",
                    " " + name + " ",
                    "password",
                    Client.PASSWORD,
                    "displayName",
                    "Ayla",
                    "channel",
                    "steam",
                    "device",
                    Map.of("id", "d-1", "class", "pc")))
            .expect(201);
    UserId userId = UserId.parse(login.text("/account/userId"));
    assertThat(login.text("/account/username")).isEqualTo(name.toLowerCase(java.util.Locale.ROOT));
    assertThat(login.text("/account/displayName")).isEqualTo("Ayla");
    assertThat(login.text("/account/channel")).isEqualTo("steam");
    assertThat(login.text("/account/shard")).isEqualTo(userId.shard().toString());
    assertThat(userId.shard()).isEqualTo(Names.shardOf(name));
    assertThat(login.text("/tokenType")).isEqualTo("Bearer");
    assertThat(login.json().at("/expiresIn").intValue()).isBetween(855, 900);
    assertThat(login.text("/refreshToken")).startsWith("ucr_");
    assertThat(login.json().at("/roles").isArray()).isTrue();
    assertThat(login.json().at("/serverTimeMs").isNumber()).isTrue();
    assertThat(login.shards()).isEqualTo(1);
  }

  @Test
  void everyKeyedRequestTouchesOneShard() {
    String name = Names.fresh();
    Answer registered = players.register(name).expect(201);
    Answer login = players.login(name).expect(200);
    String userId = login.text("/account/userId");
    assertThat(registered.shards()).isEqualTo(1);
    assertThat(login.shards()).isEqualTo(1);
    assertThat(players.refresh(login.text("/refreshToken")).expect(200).shards()).isEqualTo(1);
    assertThat(operator.get("/admin/v1/accounts/" + userId).expect(200).shards()).isEqualTo(1);
    assertThat(operator.get("/admin/v1/accounts?username=" + name).expect(200).shards())
        .isEqualTo(1);
    assertThat(server.get("/server/v1/accounts/" + userId).expect(200).shards())
        .isLessThanOrEqualTo(1);
  }

  @Test
  void aGameServerChecksATokenByHttpAndByItself() {
    Answer login = players.register(Names.fresh()).expect(201);
    String token = login.text("/accessToken");
    JsonNode answer = server.introspect(token).expect(200).json();
    assertThat(answer.at("/active").booleanValue()).isTrue();
    assertThat(answer.at("/sub").stringValue()).isEqualTo(login.text("/account/userId"));
    assertThat(answer.at("/userId").stringValue()).isEqualTo(login.text("/account/userId"));
    assertThat(answer.at("/sid").isString()).isTrue();
    Answer form =
        server
            .postText(
                "/server/v1/tokens:introspect",
                "application/x-www-form-urlencoded",
                "token=" + token)
            .expect(200);
    assertThat(form.json().at("/active").booleanValue()).isTrue();
    Answer batch =
        server
            .post("/server/v1/tokens:batchIntrospect", Map.of("tokens", List.of(token, "nonsense")))
            .expect(200);
    assertThat(batch.json().at("/results/0/active").booleanValue()).isTrue();
    assertThat(batch.json().at("/results/1/active").booleanValue()).isFalse();
    assertThat(batch.text("/results/1/reason")).isEqualTo("MALFORMED");
  }

  @Test
  void theEmbeddedVerifierHearsOfABan() {
    Answer credential =
        operator
            .post("/admin/v1/service-credentials", Map.of("name", "v", "serverIds", List.of("s1")))
            .expect(201);
    Answer login = players.register(Names.fresh()).expect(201);
    String token = login.text("/accessToken");
    try (TokenVerifier verifier =
        TokenVerifier.builder()
            .issuer("http://127.0.0.1:8080")
            .address(players.base())
            .audience("games")
            .serviceCredential(credential.text("/credentialId"), credential.text("/secret"))
            .build()) {
      Eventually.holds(
          "the verifier accepts the token",
          Duration.ofSeconds(10),
          () -> verifier.verify(token) instanceof Verification.Verified);
      ban(login.text("/account/userId")).expect(201);
      Eventually.holds(
          "the verifier refuses the token",
          Duration.ofSeconds(10),
          () -> verifier.verify(token) instanceof Verification.Rejected);
      assertThat(verifier.verify(token))
          .isEqualTo(new Verification.Rejected(io.usercenter.token.RejectionReason.BANNED));
    }
  }

  @Test
  void refreshingIsIdempotentForWhoAsksAgainAtOnce() throws Exception {
    Answer login = players.register(Names.fresh()).expect(201);
    String first = login.text("/refreshToken");
    Set<String> successors =
        Parallel.run(8, i -> players.refresh(first).expect(200).text("/refreshToken")).stream()
            .collect(Collectors.toSet());
    assertThat(successors).hasSize(1).doesNotContain(first);
    players.refresh(successors.iterator().next()).expect(200);
  }

  @Test
  void aRefreshTokenTradedInTwoGenerationsAgoEndsTheSession() {
    Answer login = players.register(Names.fresh()).expect(201);
    String stolen = login.text("/refreshToken");
    Answer second = players.refresh(stolen).expect(200);
    Answer third = players.refresh(second.text("/refreshToken")).expect(200);
    Answer replay = players.refresh(stolen).expectProblem(401, "SESSION_ENDED");
    assertThat(replay.text("/reason")).isEqualTo("THEFT");
    players.refresh(third.text("/refreshToken")).expectProblem(401, "SESSION_ENDED");
    Answer token =
        players
            .bearer(third.text("/accessToken"))
            .get("/v1/accounts/me")
            .expectProblem(401, "TOKEN_REJECTED");
    assertThat(token.text("/reason")).isEqualTo("REVOKED");
    assertThat(token.header("WWW-Authenticate"))
        .isEqualTo(
            "Bearer realm=\"usercenter\", error=\"invalid_token\","
                + " error_description=\"the access token was refused: REVOKED\"");
    assertThat(players.get("/v1/accounts/me").expect(401).header("WWW-Authenticate"))
        .isEqualTo("Bearer realm=\"usercenter\"");
  }

  @Test
  void aForgedRefreshTokenIsNotOurs() {
    String good = players.register(Names.fresh()).expect(201).text("/refreshToken");
    char flipped = good.charAt(20) == 'A' ? 'B' : 'A';
    for (String bad :
        List.of(
            "", "ucr_", "x", good + "A", good.substring(0, 20) + flipped + good.substring(21))) {
      players.refresh(bad).expectProblem(401, "REFRESH_TOKEN_INVALID");
    }
  }

  @Test
  void theNextLoginAnswersWithTheRoles() {
    String name = Names.fresh();
    String userId = players.register(name).expect(201).text("/account/userId");
    apply(event("e1", "ROLE_CREATED", userId, "s1", "hero-" + userId, 1, 1));
    apply(event("e2", "ROLE_CREATED", userId, "s2", "mage-" + userId, 1, 1));
    apply(event("e3", "ROLE_UPDATED", userId, "s1", "hero-" + userId, 3, 30));
    apply(event("e4", "ROLE_UPDATED", userId, "s1", "hero-" + userId, 2, 20));
    apply(event("e5", "ROLE_LOGGED_IN", userId, "s2", "mage-" + userId, 2, 1));
    Answer login = players.login(name).expect(200);
    assertThat(login.shards()).isEqualTo(1);
    assertThat(login.json().at("/roles").size()).isEqualTo(2);
    assertThat(login.text("/lastServerId")).isEqualTo("s2");
    assertThat(login.text("/roles/0/roleId")).isEqualTo("mage-" + userId);
    assertThat(login.json().at("/roles/1/level").intValue()).isEqualTo(30);
    Answer onS1 =
        players
            .bearer(login.text("/accessToken"))
            .get("/v1/accounts/me/roles?serverId=s1")
            .expect(200);
    assertThat(onS1.json().at("/roles").findValuesAsString("roleId"))
        .containsExactly("hero-" + userId);
    assertThat(onS1.json().at("/counts").toString()).isEqualTo("{\"s1\":1,\"s2\":1}");
    assertThat(onS1.text("/lastServerId")).isEqualTo("s2");
    Answer found = operator.get("/admin/v1/accounts?roleId=hero-" + userId).expect(200);
    assertThat(found.text("/accounts/0/userId")).isEqualTo(userId);
    assertThat(found.text("/accounts/0/shard")).isEqualTo(login.text("/account/shard"));
  }

  /** They are read by different statements; session, account and characters have a channel each. */
  @Test
  void aRefreshAnswersWithTheAccountAndTheRolesOfItsLogin() {
    String name = Names.fresh();
    String userId = players.register(name).expect(201).text("/account/userId");
    apply(event("e1", "ROLE_CREATED", userId, "s1", "hero-" + userId, 1, 1));
    apply(
        event("e2", "ROLE_CREATED", userId, "s2", "mage-" + userId, 1, 1)
            .replace("\"name\"", "\"channel\":\"arcade\",\"name\""));
    apply(event("e3", "ROLE_LOGGED_IN", userId, "s2", "mage-" + userId, 2, 1));
    apply(event("e4", "ROLE_CREATED", userId, "s2", "gone-" + userId, 1, 1));
    apply(event("e5", "ROLE_DELETED", userId, "s2", "gone-" + userId, 2, 1));
    Answer login = players.login(name).expect(200);
    assertAnswersAlike(login, players.refresh(login.text("/refreshToken")).expect(200));
    assertThat(login.json().at("/roles").findValuesAsString("roleId"))
        .containsExactly("mage-" + userId, "hero-" + userId);

    String other = Names.fresh();
    String nobody = players.register(other).expect(201).text("/account/userId");
    apply(event("e1", "ROLE_CREATED", nobody, "s1", "gone-" + nobody, 1, 1));
    apply(event("e2", "ROLE_DELETED", nobody, "s1", "gone-" + nobody, 2, 1));
    Answer without = players.login(other).expect(200);
    assertThat(without.json().at("/roles").isEmpty()).isTrue();
    assertAnswersAlike(without, players.refresh(without.text("/refreshToken")).expect(200));
  }

  private static void assertAnswersAlike(Answer login, Answer refreshed) {
    for (String part : List.of("/account", "/roles", "/lastServerId", "/restrictions")) {
      assertThat(refreshed.json().at(part)).as(part).isEqualTo(login.json().at(part));
    }
  }

  @Test
  void aCredentialSpeaksForItsServersOnly() {
    String userId = players.register(Names.fresh()).expect(201).text("/account/userId");
    Client s1 = service.gameServer("s1");
    Answer answer =
        s1.post(
                "/server/v1/role-events",
                Map.of(
                    "events",
                    List.of(
                        Client.JSON.readTree(event("e1", "ROLE_CREATED", userId, "s1", "r1", 1, 1)),
                        Client.JSON.readTree(event("e2", "ROLE_CREATED", userId, "s2", "r2", 1, 1)),
                        Map.of("eventId", "e3"))))
            .expect(200);
    assertThat(answer.text("/results/0/status")).isEqualTo("ACCEPTED");
    assertThat(answer.text("/results/1/status")).isEqualTo("REJECTED");
    assertThat(answer.text("/results/1/reason")).isEqualTo("SERVER_NOT_GRANTED");
    assertThat(answer.text("/results/2/reason")).isEqualTo("MALFORMED");
    assertThat(answer.text("/results/2/eventId")).isEqualTo("e3");
  }

  @Test
  void aBanRefusesTheTokenTheLoginAndTheRefreshUntilItIsLifted() {
    String name = Names.fresh();
    Answer login = players.register(name).expect(201);
    String userId = login.text("/account/userId");
    Answer ban = ban(userId).expect(201);
    Eventually.holds(
        "the token is refused",
        Duration.ofSeconds(5),
        () -> !server.introspect(login.text("/accessToken")).json().at("/active").booleanValue());
    assertThat(server.introspect(login.text("/accessToken")).text("/reason")).isEqualTo("BANNED");
    Answer refused = players.login(name).expectProblem(403, "ACCOUNT_BANNED");
    assertThat(refused.text("/reasonCode")).isEqualTo("CHEATING");
    assertThat(refused.text("/detail")).isEqualTo("aimbot");
    assertThat(refused.text("/until")).isEqualTo("2156-01-01T00:00:00Z");
    players.refresh(login.text("/refreshToken")).expectProblem(403, "ACCOUNT_BANNED");
    operator.post("/admin/v1/bans/" + ban.text("/banId") + ":lift", Map.of()).expect(200);
    players.login(name).expect(200);
    Answer audit = operator.get("/admin/v1/accounts/" + userId + "/audit").expect(200);
    assertThat(audit.json().at("/entries").findValuesAsString("action"))
        .containsSubsequence("LIFT_BAN", "BAN");
  }

  @Test
  void aLogoutEndsThisSessionOnly() {
    String name = Names.fresh();
    Answer one = players.register(name).expect(201);
    Answer two = players.login(name).expect(200);
    Client first = players.bearer(one.text("/accessToken"));
    first.get("/v1/sessions").expect(200);
    assertThat(first.delete("/v1/sessions/current").expect(204).shards()).isEqualTo(1);
    first.get("/v1/accounts/me").expectProblem(401, "TOKEN_REJECTED");
    players.refresh(one.text("/refreshToken")).expectProblem(401, "SESSION_ENDED");
    players.bearer(two.text("/accessToken")).get("/v1/accounts/me").expect(200);
  }

  @Test
  void loggingOutTheOthersKeepsTheOneThatAsks() {
    String name = Names.fresh();
    Answer one = players.register(name).expect(201);
    Answer two = players.login(name).expect(200);
    Answer three = players.login(name).expect(200);
    Answer ended =
        players.bearer(three.text("/accessToken")).delete("/v1/sessions/others").expect(200);
    assertThat(ended.json().at("/ended").intValue()).isEqualTo(2);
    players.refresh(one.text("/refreshToken")).expectProblem(401, "SESSION_ENDED");
    players.refresh(two.text("/refreshToken")).expectProblem(401, "SESSION_ENDED");
    players.refresh(three.text("/refreshToken")).expect(200);
  }

  @Test
  void aPlayerCannotEndTheSessionOfAnother() {
    Answer mine = players.register(Names.fresh()).expect(201);
    Answer other = players.register(Names.fresh()).expect(201);
    String otherSession =
        players.bearer(other.text("/accessToken")).get("/v1/sessions").expect(200).text("/current");
    players
        .bearer(mine.text("/accessToken"))
        .delete("/v1/sessions/" + otherSession)
        .expectProblem(404, "SESSION_NOT_FOUND");
    players.refresh(other.text("/refreshToken")).expect(200);
  }

  @Test
  void forceLogoutKicksEverySession() {
    String name = Names.fresh();
    Answer one = players.register(name).expect(201);
    Answer two = players.login(name).expect(200);
    Answer kicked =
        operator
            .post(
                "/admin/v1/accounts/" + one.text("/account/userId") + ":forceLogout",
                Map.of("reason", "asked by the player"))
            .expect(200);
    assertThat(kicked.json().at("/sessionsEnded").intValue()).isEqualTo(2);
    Answer refused = players.refresh(two.text("/refreshToken")).expectProblem(401, "SESSION_ENDED");
    assertThat(refused.text("/reason")).isEqualTo("KICKED");
    Eventually.holds(
        "the token is refused",
        Duration.ofSeconds(5),
        () -> !server.introspect(one.text("/accessToken")).json().at("/active").booleanValue());
    players.login(name).expect(200);
  }

  private static Client viewer(String name) {
    operator
        .post(
            "/admin/v1/operators",
            Map.of("name", name, "password", "a viewer for tests", "groups", List.of("viewers")))
        .expect(201);
    Answer login =
        service
            .inside()
            .post("/admin/v1/sessions", Map.of("name", name, "password", "a viewer for tests"))
            .expect(201);
    return service.inside().bearer(login.text("/token"));
  }

  @Test
  void aViewerSeesWhoHoldsWhichMachineNumberAndNoToken() throws Exception {
    Client viewer = viewer("viewer-" + Names.fresh());
    UserId id = UserId.parse(players.register(Names.fresh()).expect(201).text("/account/userId"));
    Answer workers = viewer.get("/admin/v1/id-workers").expect(200);
    assertThat(workers.json().at("/total").intValue()).isEqualTo(256);
    assertThat(workers.json().at("/held").intValue() + workers.json().at("/free").size())
        .isEqualTo(256);
    assertThat(workers.text("/instance/status")).isEqualTo("MINTING");
    assertThat(workers.json().at("/instance/machine").intValue()).isEqualTo(id.machine());
    assertThat(workers.json().at("/instance/windowLeftMs").longValue()).isBetween(1L, 300_000L);
    JsonNode own = null;
    for (JsonNode holder : workers.json().at("/holders").values()) {
      if (holder.at("/thisInstance").booleanValue()) {
        assertThat(own).as("one number for one process").isNull();
        own = holder;
      }
    }
    assertThat(requireNonNull(own).at("/machine").intValue()).isEqualTo(id.machine());
    assertThat(own.at("/process").stringValue()).endsWith(" " + ProcessHandle.current().pid());
    assertThat(own.at("/secondsLeft").longValue()).isBetween(1L, 300L);

    String token;
    try (Connection connection = service.bean(ShardPools.class).admin().getConnection();
        ResultSet row =
            connection
                .createStatement()
                .executeQuery("SELECT token FROM id_machine WHERE machine = " + id.machine())) {
      assertThat(row.next()).isTrue();
      token = row.getString(1);
    }
    assertThat(token).hasSize(32);
    assertThat(workers.body()).doesNotContain(token);

    Answer explained = viewer.get("/admin/v1/ids/" + id).expect(200);
    assertThat(explained.text("/issuedAt")).isEqualTo(id.issuedAt().toString());
    assertThat(explained.json().at("/machine").intValue()).isEqualTo(id.machine());
    assertThat(explained.json().at("/sequence").intValue()).isEqualTo(id.sequence());
    assertThat(explained.json().at("/gene").intValue()).isEqualTo(id.gene());
    assertThat(explained.text("/shard")).isEqualTo(id.shard().toString());
    assertThat(explained.text("/machineNow/state")).isEqualTo("HELD");
    assertThat(explained.text("/machineNow/process")).isEqualTo(own.at("/process").stringValue());
  }

  @ParameterizedTest
  @CsvSource({
    "12x4, user id must be decimal digits",
    "-1, user id must be decimal digits",
    "0, user id must be positive without leading zeros",
    "007, user id must be positive without leading zeros",
    "9223372036854775808, user id must be at most 9223372036854775807",
    "12345678901234567890, user id must have 1 to 19 digits"
  })
  void whatIsNoIdIsRefusedWithTheReason(String nonsense, String reason) {
    assertThat(
            operator
                .get("/admin/v1/ids/" + nonsense)
                .expectProblem(400, "MALFORMED_REQUEST")
                .text("/detail"))
        .startsWith(reason);
  }

  @Test
  void aViewerMayLookAndNotBan() {
    String name = "viewer-" + Names.fresh();
    Client viewer = viewer(name);
    String userId = players.register(Names.fresh()).expect(201).text("/account/userId");
    viewer.get("/admin/v1/accounts/" + userId).expect(200);
    viewer
        .post("/admin/v1/bans", Map.of("userId", userId, "reasonCode", "CHEATING"))
        .expectProblem(403, "PERMISSION_MISSING");
    Answer audit = operator.get("/admin/v1/accounts/" + userId + "/audit").expect(200);
    assertThat(audit.text("/entries/0/operator")).isEqualTo(name);
    assertThat(audit.text("/entries/0/outcome")).isEqualTo("PERMISSION_MISSING");
    assertThat(
            operator
                .get("/admin/v1/accounts/" + userId + "/bans")
                .expect(200)
                .json()
                .at("/bans")
                .size())
        .isZero();
  }

  @Test
  void aRevokedServiceCredentialIsRefused() {
    Answer created =
        operator
            .post("/admin/v1/service-credentials", Map.of("name", "x", "serverIds", List.of("s1")))
            .expect(201);
    Client s1 = players.basic(created.text("/credentialId"), created.text("/secret"));
    s1.introspect("x").expect(200);
    operator.delete("/admin/v1/service-credentials/" + created.text("/credentialId")).expect(204);
    s1.introspect("x").expectProblem(401, "WRONG_SERVICE_CREDENTIAL");
    players
        .basic(created.text("/credentialId"), "ucs_wrong")
        .introspect("x")
        .expectProblem(401, "WRONG_SERVICE_CREDENTIAL");
    Answer nobody = players.introspect("x").expectProblem(401, "CREDENTIALS_MISSING");
    assertThat(nobody.header("WWW-Authenticate")).startsWith("Basic");
  }

  @Test
  void aServiceCredentialIsRotatedWithoutAMomentInWhichNoneWorks() {
    Answer old =
        operator
            .post(
                "/admin/v1/service-credentials",
                Map.of("name", "rotated", "serverIds", List.of("s1", "s2")))
            .expect(201);
    Client before = players.basic(old.text("/credentialId"), old.text("/secret"));
    before.introspect("x").expect(200);

    String rotate = "/admin/v1/service-credentials/" + old.text("/credentialId") + ":rotate";
    Answer successor = operator.post(rotate, Map.of()).expect(201);

    assertThat(successor.text("/replaces")).isEqualTo(old.text("/credentialId"));
    assertThat(successor.text("/name")).isEqualTo("rotated");
    assertThat(successor.json().at("/serverIds").toString()).isEqualTo("[\"s1\",\"s2\"]");
    Client after = players.basic(successor.text("/credentialId"), successor.text("/secret"));
    before.introspect("x").expect(200);
    after.introspect("x").expect(200);
    for (String used : List.of(old.text("/credentialId"), successor.text("/credentialId"))) {
      assertThat(
              operator
                  .get("/admin/v1/service-credentials")
                  .expect(200)
                  .json()
                  .at("/credentials")
                  .valueStream()
                  .filter(each -> each.at("/credentialId").asString("").equals(used))
                  .toList())
          .singleElement()
          .satisfies(each -> assertThat(each.at("/lastUsedAt").asString("")).isNotEmpty());
    }
    operator.delete("/admin/v1/service-credentials/" + old.text("/credentialId")).expect(204);
    before.introspect("x").expectProblem(401, "WRONG_SERVICE_CREDENTIAL");
    after.introspect("x").expect(200);
    operator.post(rotate, Map.of()).expectProblem(404, "NOT_FOUND");
  }

  @Test
  void noSecretReachesTheLog(CapturedOutput output) {
    String name = Names.fresh();
    Answer login = players.register(name).expect(201);
    players.refresh(login.text("/refreshToken")).expect(200);
    players.refresh(login.text("/refreshToken") + "x").expect(401);
    players
        .post(
            "/v1/sessions",
            Map.of("grant", "password", "username", name, "password", "a wrong password"))
        .expect(401);
    players.postText("/v1/accounts", "application/json", "{\"password\":\"half a").expect(400);
    assertThat(output.getAll())
        .doesNotContain(Client.PASSWORD)
        .doesNotContain("a wrong password")
        .doesNotContain("half a")
        .doesNotContain(Usercenter.OPERATOR_PASSWORD)
        .doesNotContain(login.text("/accessToken"))
        .doesNotContain(login.text("/refreshToken"));
  }

  private static Answer ban(String userId) {
    return operator.post(
        "/admin/v1/bans",
        Map.of(
            "userId",
            userId,
            "reasonCode",
            "CHEATING",
            "message",
            "aimbot",
            "until",
            "2156-01-01T00:00:00Z"));
  }

  private static void apply(String json) {
    if (RoleEvents.parse(json) instanceof ParsedRoleEvent.Valid(RoleEvent event)) {
      assertThat(service.bean(RoleStore.class).apply(List.of(event))).hasSize(1);
    } else {
      throw new AssertionError("not an event: " + json);
    }
  }

  private static String event(
      String id, String type, String userId, String server, String role, long revision, int level) {
    return """
    {"eventId":"%s","type":"%s","serverId":"%s","userId":"%s","roleId":"%s","revision":%d,
     "occurredAt":"2026-11-21T08:00:0%d.000Z","role":{"name":"Ayla","level":%d}}
    """
        .formatted(id, type, server, userId, role, revision, revision % 10, level);
  }
}
