package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * What every caller may rely on, whatever he sends: problem documents with a code, JSON or 406, ids
 * as strings, the right door.
 */
class HttpContractTest {
  private static Usercenter service;
  private static Client players;

  @BeforeAll
  static void start() {
    service =
        Usercenter.start(
            Backends.mysql(), Backends.redis(), "usercenter.http.max-request-body=80KB");
    players = service.players();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, 200",
    "'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 200",
    "text/html, 406",
    "application/xml, 406",
    "text/xml, 406"
  })
  void browsersGetJsonOr406(String accept, int status) {
    Answer answer =
        players.with("Accept", accept).get("/v1/accounts:checkName?name=somebody").expect(status);
    if (status == 200) {
      assertThat(answer.header("Content-Type")).startsWith("application/json");
    } else {
      answer.expectProblem(406, "NOT_ACCEPTABLE");
    }
  }

  @Test
  void idsAreStringsInAllJson() {
    String name = Names.fresh();
    Answer login = players.register(name).expect(201);
    String userId = login.text("/account/userId");
    Client operator = service.operator();
    operator.post("/admin/v1/bans", Map.of("userId", userId, "reasonCode", "TEST")).expect(201);
    List<JsonNode> all =
        List.of(
            login.json(),
            players.bearer(login.text("/accessToken")).get("/v1/accounts/me").json(),
            operator.get("/admin/v1/accounts?username=" + name).json(),
            operator.get("/admin/v1/accounts/" + userId + "/sessions").json(),
            operator.get("/admin/v1/accounts/" + userId + "/bans").json(),
            operator.get("/admin/v1/accounts/" + userId + "/audit").json(),
            operator.get("/admin/v1/ids/" + userId).json());
    all.forEach(HttpContractTest::noIdIsANumber);
  }

  private static void noIdIsANumber(JsonNode node) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              field -> {
                if (field.getKey().endsWith("Id") || field.getKey().equals("sid")) {
                  assertThat(field.getValue().isString())
                      .as("%s is a string in %s", field.getKey(), node)
                      .isTrue();
                }
                noIdIsANumber(field.getValue());
              });
    } else if (node.isArray()) {
      node.values().forEach(HttpContractTest::noIdIsANumber);
    }
  }

  @Test
  void aMissingFieldIsNamed() {
    Answer answer =
        players
            .post("/v1/accounts", Map.of("username", "somebody"))
            .expectProblem(400, "VALIDATION_FAILED");
    assertThat(answer.text("/errors/0/field")).isEqualTo("password");
    assertThat(answer.text("/errors/0/message")).isEqualTo("is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "\"x\"",
        "{\"username\":{}}",
        "{\"username\":\"a\",\"username\":[1]}",
        "{\"username\":\"abcd\",\"password\":\"12345678\"} trailing"
      })
  void whatIsNoSuchJsonIsRefused(String body) {
    Answer answer = players.postText("/v1/accounts", "application/json", body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("/code")).isIn("MALFORMED_REQUEST", "VALIDATION_FAILED");
  }

  @Test
  void onlyJsonIsRead() {
    players
        .postText("/v1/accounts", "text/plain", "username=x")
        .expectProblem(415, "UNSUPPORTED_MEDIA_TYPE");
  }

  @Test
  void aBodyBeyondTheLimitIsRefusedByItsSize() {
    Answer answer =
        players.postText(
            "/v1/accounts", "application/json", "{\"username\":\"" + "a".repeat(81 << 10) + "\"}");
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.text("/code")).isEqualTo("PAYLOAD_TOO_LARGE");
  }

  @Test
  void unknownPathsAndMethodsAreProblems() {
    players.get("/v1/nothing").expectProblem(404, "NOT_FOUND");
    players.get("/v1/sessions:refresh").expectProblem(405, "METHOD_NOT_ALLOWED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/admin/v1/shards",
        "/admin/v1/sessions",
        "/actuator/health",
        "/actuator/prometheus",
        "/v3/api-docs",
        "//admin/v1/shards",
        "/v1/../admin/v1/shards",
        "/admin;x=y/v1/shards",
        "/%61dmin/v1/shards",
        "/./actuator/health"
      })
  void thePublicDoorDoesNotLeadInside(String path) {
    Answer answer = players.get(path);
    assertThat(answer.status()).as(answer.body()).isIn(400, 404);
    assertThat(answer.body()).doesNotContain("\"UP\"").doesNotContain("jvm_");
  }

  @Test
  void theInternalDoorDoesNotLeadToPlayers() {
    service.inside().get("/v1/accounts:checkName?name=abc").expectProblem(404, "NOT_FOUND");
    service.inside().get("/actuator/health/readiness").expect(200);
    assertThat(service.inside().get("/actuator/prometheus").expect(200).body())
        .contains("uc_request_shards", "uc_cache_answers", "uc_password_queue", "uc_pool")
        .contains("uc_id_window_left", "uc_id_lead", "uc_id_refused_total", "uc_id_parked_total")
        .contains("uc_id_saturated_total", "uc_id_leases_lost_total")
        .contains("uc_id_clock_votes_lost_total{application=\"usercenter-api\",clock=\"store\"}")
        .contains("clock=\"wall\"", "clock=\"own\"");
  }

  @Test
  void everyTraceIsTheCallersOwnWhenItSendsOne() {
    Answer answer =
        players
            .with("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
            .get("/v1/nothing");
    assertThat(answer.text("/traceId")).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(players.with("traceparent", "nonsense").get("/v1/nothing").text("/traceId"))
        .matches("[0-9a-f]{32}");
  }

  @Test
  void anUnknownNameAndAWrongPasswordGetTheSameAnswer() {
    String name = Names.fresh();
    players.register(name).expect(201);
    for (String username :
        List.of(
            name, Names.fresh(), "x", "no such name!", "\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00")) {
      Answer answer =
          players
              .post(
                  "/v1/sessions",
                  Map.of("grant", "password", "username", username, "password", "not this one"))
              .expectProblem(401, "WRONG_NAME_OR_PASSWORD");
      assertThat(answer.text("/detail")).isEqualTo("the username or the password is wrong");
    }
  }

  @Test
  void spellingsOfOneNameAreOneAccount() {
    String plain = Names.fresh();
    String userId = players.register(plain).expect(201).text("/account/userId");
    String wide =
        plain
            .codePoints()
            .map(c -> c > 0x20 && c < 0x7f ? c + 0xfee0 : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    for (String spelling :
        List.of(plain.toUpperCase(java.util.Locale.ROOT), "  " + plain + "\t", wide)) {
      players.register(spelling).expectProblem(409, "USERNAME_TAKEN");
      assertThat(players.login(spelling).expect(200).text("/account/userId")).isEqualTo(userId);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ab | TOO_SHORT",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | TOO_LONG",
        "'   ' | BLANK",
        "with blank | BAD_CHARACTER",
        "semi;colon | BAD_CHARACTER",
        "x' OR 1=1 -- | BAD_CHARACTER",
        "\uD83D\uDE00smile | BAD_CHARACTER",
        "zero\u200Bwidth | BAD_CHARACTER"
      })
  void namesThatCannotBeAreRefusedWithTheReason(String name, String reason) {
    Answer answer = players.register(name).expectProblem(400, "USERNAME_INVALID");
    assertThat(answer.text("/reason")).isEqualTo(reason);
  }

  @Test
  void aNameWithANullByteIsRefused() {
    Answer answer = players.register("null\u0000byte").expectProblem(400, "USERNAME_INVALID");
    assertThat(answer.text("/reason")).isEqualTo("BAD_CHARACTER");
  }

  @Test
  void aNameOf64KbIsRefusedByItsLength() {
    Answer answer = players.register("a".repeat(64 * 1024)).expectProblem(400, "USERNAME_INVALID");
    assertThat(answer.text("/reason")).isEqualTo("TOO_LONG");
    assertThat(answer.body().length()).isLessThan(1000);
  }

  @Test
  void namesInChineseAndOfFourByteCharactersWork() {
    String tag = Names.fresh().substring(6);
    for (String name : List.of("玩家" + tag + "号", "\uD840\uDC00\uD840\uDC01" + tag + "x")) {
      String userId = players.register(name).expect(201).text("/account/userId");
      assertThat(players.login(name).expect(200).text("/account/userId")).isEqualTo(userId);
      assertThat(players.login(name).expect(200).text("/account/username")).isEqualTo(name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1234567", ""})
  void aShortPasswordIsRefused(String password) {
    players
        .post("/v1/accounts", Map.of("username", Names.fresh(), "password", password))
        .expectProblem(400, "PASSWORD_INVALID");
  }

  @Test
  void anEndlessPasswordIsRefusedBeforeItIsHashed() {
    players
        .post("/v1/accounts", Map.of("username", Names.fresh(), "password", "x".repeat(129)))
        .expectProblem(400, "PASSWORD_INVALID");
    String name = Names.fresh();
    players.register(name).expect(201);
    players
        .post(
            "/v1/sessions",
            Map.of("grant", "password", "username", name, "password", "x".repeat(50_000)))
        .expectProblem(401, "WRONG_NAME_OR_PASSWORD");
  }

  @Test
  void anIdThatIsNoneIsRefused() {
    Client operator = service.operator();
    for (String id : List.of("12x", "-1", "0", "99999999999999999999")) {
      operator.get("/admin/v1/accounts/" + id).expectProblem(400, "MALFORMED_REQUEST");
    }
    operator.get("/admin/v1/accounts/588220691343229046").expectProblem(404, "ACCOUNT_NOT_FOUND");
    operator.get("/admin/v1/accounts").expectProblem(400, "VALIDATION_FAILED");
    operator
        .get("/admin/v1/accounts?username=abc&userId=1")
        .expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  void insideNobodyIsServedWithoutALogin() {
    service.inside().get("/admin/v1/shards").expectProblem(401, "CREDENTIALS_MISSING");
    service
        .inside()
        .bearer("uco_wrong")
        .get("/admin/v1/shards")
        .expectProblem(401, "TOKEN_REJECTED");
    String player = players.register(Names.fresh()).expect(201).text("/accessToken");
    service.inside().bearer(player).get("/admin/v1/shards").expectProblem(401, "TOKEN_REJECTED");
  }
}
