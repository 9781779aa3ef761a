package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.platform.Seal;
import io.usercenter.shard.ShardPools;
import io.usercenter.testkit.Backends;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * How operators show who they are, and for how long that is believed; and what they see of players
 * only when they ask for it. This machine is a trusted proxy, so each request says which network it
 * comes from.
 */
class OperatorLoginTest {
  private static final String PASSWORD = "an operator of these tests";
  private static final MovedClock CLOCK = new MovedClock();
  private static Usercenter service;

  @BeforeAll
  static void start() {
    String mysql = Backends.mysql().address();
    service =
        Usercenter.start(
            CLOCK,
            mysql,
            mysql,
            Backends.redis(),
            "usercenter.http.trusted-proxies=127.0.0.0/8",
            "usercenter.guesses.first-delay=1h",
            "usercenter.guesses.longest-delay=1h");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void aBrowserIsBelievedOnlyWithTheTokenOfItsPage() {
    String name = operator("viewers");
    Answer login = login(Map.of("name", name, "password", PASSWORD, "cookie", true)).expect(201);
    String cookie = login.header("Set-Cookie");
    assertThat(cookie).contains("; HttpOnly", "; SameSite=Strict", "; Path=/admin");
    assertThat(cookie).doesNotContain("Secure");
    assertThat(login.json().has("token")).isFalse();
    String pair = cookie.substring(0, cookie.indexOf(';'));
    String csrf = login.text("/csrfToken");

    Client page = service.inside().with("Cookie", pair);
    Answer me = page.get("/admin/v1/me").expect(200);
    assertThat(me.text("/name")).isEqualTo(name);
    assertThat(me.text("/csrfToken")).isEqualTo(csrf);
    assertThat(me.json().at("/menu").toString()).contains("players").doesNotContain("operators");
    assertThat(me.body()).doesNotContain(pair.substring(pair.indexOf('=') + 1));
    page.post("/admin/v1/me/totp", Map.of()).expectProblem(403, "CSRF_TOKEN_WRONG");
    page.with("X-CSRF-Token", csrf + "x")
        .post("/admin/v1/me/totp", Map.of())
        .expectProblem(403, "CSRF_TOKEN_WRONG");
    page.delete("/admin/v1/sessions/current").expectProblem(403, "CSRF_TOKEN_WRONG");
    page.with("X-CSRF-Token", csrf).post("/admin/v1/me/totp", Map.of()).expect(200);

    String token = pair.substring(pair.indexOf('=') + 1);
    service.inside().bearer(token).get("/admin/v1/me").expectProblem(401, "TOKEN_REJECTED");
    String bearer = login(Map.of("name", name, "password", PASSWORD)).expect(201).text("/token");
    service
        .inside()
        .with("Cookie", "uc_operator=" + bearer)
        .get("/admin/v1/me")
        .expectProblem(401, "TOKEN_REJECTED");

    Answer out = page.with("X-CSRF-Token", csrf).delete("/admin/v1/sessions/current").expect(204);
    assertThat(out.header("Set-Cookie")).contains("uc_operator=;", "Max-Age=0");
    page.get("/admin/v1/me").expectProblem(401, "TOKEN_REJECTED");
    assertThat(
            service
                .inside()
                .with("X-Forwarded-Proto", "https")
                .post(
                    "/admin/v1/sessions",
                    Map.of("name", name, "password", PASSWORD, "cookie", true))
                .expect(201)
                .header("Set-Cookie"))
        .contains("; Secure");
  }

  @Test
  void aCodeIsGoodOnceAndPaperReplacesTheApp() throws Exception {
    String name = operator("viewers");
    Client me = bearer(name);
    byte[] secret = base32(me.post("/admin/v1/me/totp", Map.of()).expect(200).text("/secret"));
    login(Map.of("name", name, "password", PASSWORD)).expect(201); // an offer counts for nothing
    me.post("/admin/v1/me/totp:confirm", Map.of("code", "000000"))
        .expectProblem(400, "VALIDATION_FAILED");
    String first = code(secret, 0);
    Answer confirmed = me.post("/admin/v1/me/totp:confirm", Map.of("code", first)).expect(200);
    assertThat(confirmed.json().at("/recoveryCodes").size()).isEqualTo(10);
    String operator = "/admin/v1/operators/" + me.get("/admin/v1/me").text("/operatorId");
    assertThat(me.get("/admin/v1/me").json().at("/totpEnabled").booleanValue()).isTrue();
    assertThat(
            service.operator().get(operator).expect(200).json().at("/totpEnabled").booleanValue())
        .isTrue();

    login(Map.of("name", name, "password", PASSWORD)).expectProblem(401, "TOTP_REQUIRED");
    login(Map.of("name", name, "password", "not his password", "totp", code(secret, 0)))
        .expectProblem(401, "WRONG_NAME_OR_PASSWORD");
    login(Map.of("name", name, "password", PASSWORD, "totp", first))
        .expectProblem(401, "WRONG_NAME_OR_PASSWORD"); // used when it was confirmed
    CLOCK.ahead(Duration.ofSeconds(90));
    CLOCK.aheadToTheMiddleOf(Duration.ofSeconds(30)); // or two ahead soon is one ahead
    login(Map.of("name", name, "password", PASSWORD, "totp", code(secret, 2)))
        .expectProblem(401, "WRONG_NAME_OR_PASSWORD");
    String next = code(secret, 1);
    login(Map.of("name", name, "password", PASSWORD, "totp", next)).expect(201);
    login(Map.of("name", name, "password", PASSWORD, "totp", next))
        .expectProblem(401, "WRONG_NAME_OR_PASSWORD");
    login(Map.of("name", name, "password", PASSWORD, "totp", code(secret, 0)))
        .expectProblem(401, "WRONG_NAME_OR_PASSWORD"); // older than one that was used

    String paper = confirmed.text("/recoveryCodes/3").toLowerCase(Locale.ROOT);
    login(Map.of("name", name, "password", PASSWORD, "recoveryCode", paper)).expect(201);
    login(Map.of("name", name, "password", PASSWORD, "recoveryCode", paper))
        .expectProblem(401, "WRONG_NAME_OR_PASSWORD");

    String id = me.get("/admin/v1/me").text("/operatorId");
    service
        .operator()
        .post("/admin/v1/operators/" + id + ":resetTotp", Map.of("reason", "lost his phone"))
        .expect(204);
    me.get("/admin/v1/me").expectProblem(401, "TOKEN_REJECTED");
    login(Map.of("name", name, "password", PASSWORD)).expect(201);
    assertThat(Remains.in(List.of(Backends.mysql()), List.of(paper, name + "?secret"))).isEmpty();
  }

  @Test
  void aSecondFactorOfAnotherMasterKeyIsRefusedWithWhatToDo() throws Exception {
    String name = operator("viewers");
    Client me = bearer(name);
    byte[] secret = base32(me.post("/admin/v1/me/totp", Map.of()).expect(200).text("/secret"));
    String paper =
        me.post("/admin/v1/me/totp:confirm", Map.of("code", code(secret, 0)))
            .expect(200)
            .text("/recoveryCodes/0");
    String id = me.get("/admin/v1/me").text("/operatorId");
    CLOCK.ahead(Duration.ofSeconds(90));
    sealedWithAnotherKey("totp_secret", id, secret);

    Answer refused =
        login(Map.of("name", name, "password", PASSWORD, "totp", code(secret, 0)))
            .expectProblem(403, "TOTP_UNREADABLE");
    assertThat(refused.text("/detail")).contains("UC_MASTER_KEY", ":resetTotp");
    assertThat(refused.header("Set-Cookie")).isEmpty();
    login(Map.of("name", name, "password", PASSWORD)).expectProblem(403, "TOTP_UNREADABLE");
    String none = "AAAA-BBBB-CCCC-DDDD"; // what those on paper are to another master key
    login(Map.of("name", name, "password", PASSWORD, "recoveryCode", none))
        .expectProblem(403, "TOTP_UNREADABLE");
    me.post("/admin/v1/me:reauthenticate", Map.of("password", PASSWORD, "totp", code(secret, 0)))
        .expectProblem(403, "TOTP_UNREADABLE");
    // Who does not know the password is told nothing.
    login(Map.of("name", name, "password", "not his password", "totp", code(secret, 0)))
        .expectProblem(401, "WRONG_NAME_OR_PASSWORD");
    login(Map.of("name", name, "password", "not his password"))
        .expectProblem(401, "WRONG_NAME_OR_PASSWORD");
    assertThat(
            service
                .operator()
                .get("/admin/v1/audit?operator=" + name + "&action=LOGIN&limit=5")
                .expect(200)
                .json()
                .at("/entries")
                .findValuesAsString("outcome"))
        .containsExactly(
            "WRONG_NAME_OR_PASSWORD",
            "WRONG_NAME_OR_PASSWORD",
            "TOTP_UNREADABLE",
            "TOTP_UNREADABLE",
            "TOTP_UNREADABLE");
    login(Map.of("name", name, "password", PASSWORD, "recoveryCode", paper)).expect(201);

    service
        .operator()
        .post("/admin/v1/operators/" + id + ":resetTotp", Map.of("reason", "another master key"))
        .expect(204);
    Client again = bearer(name);
    byte[] next = base32(again.post("/admin/v1/me/totp", Map.of()).expect(200).text("/secret"));
    sealedWithAnotherKey("totp_offered", id, next);
    again
        .post("/admin/v1/me/totp:confirm", Map.of("code", code(next, 0)))
        .expectProblem(400, "VALIDATION_FAILED");
  }

  /** What is there after somebody changed the master key and left the second factors alone. */
  private static void sealedWithAnotherKey(String column, String operatorId, byte[] secret)
      throws SQLException {
    SecureRandom random = new SecureRandom();
    byte[] key = new byte[32];
    random.nextBytes(key);
    Seal seal = new Seal(new SecretKeySpec(key, "AES"), random);
    try (Connection admin = service.bean(ShardPools.class).admin().getConnection();
        PreparedStatement change =
            admin.prepareStatement(
                "UPDATE operator SET " + column + " = ? WHERE operator_id = ?")) {
      change.setBytes(1, seal.close(secret, "operator " + operatorId));
      change.setString(2, operatorId);
      assertThat(change.executeUpdate()).isEqualTo(1);
    }
  }

  @Test
  void whereASecondFactorIsRequiredNothingElseIsDoneWithoutOne() throws Exception {
    String name = operator("viewers");
    String mysql = Backends.mysql().address();
    try (Usercenter strict =
        Usercenter.start(
            CLOCK, mysql, mysql, Backends.redis(), "usercenter.operators.require-totp=true")) {
      Client me =
          strict
              .inside()
              .bearer(
                  strict
                      .inside()
                      .post("/admin/v1/sessions", Map.of("name", name, "password", PASSWORD))
                      .expect(201)
                      .text("/token"));
      me.get("/admin/v1/keys").expectProblem(403, "TOTP_NOT_SET_UP");
      assertThat(me.get("/admin/v1/me").expect(200).json().at("/permissions")).isEmpty();
      strict.operator().get("/admin/v1/keys").expectProblem(403, "TOTP_NOT_SET_UP");

      byte[] secret = base32(me.post("/admin/v1/me/totp", Map.of()).expect(200).text("/secret"));
      me.post("/admin/v1/me/totp:confirm", Map.of("code", code(secret, 0))).expect(200);
      me.get("/admin/v1/keys").expect(200);
      me.post("/admin/v1/me/totp:disable", Map.of()).expectProblem(403, "TOTP_NOT_SET_UP");
    }
  }

  @Test
  void whatIsDangerousAsksForAFreshProof() {
    Client admin = service.operator();
    String some = Names.fresh();
    Map<String, Object> wanted =
        Map.of("name", some, "password", PASSWORD, "groups", List.of("viewers"));
    CLOCK.ahead(Duration.ofMinutes(6));
    assertThat(admin.get("/admin/v1/me").json().has("reauthenticatedUntil")).isFalse();
    admin.post("/admin/v1/operators", wanted).expectProblem(403, "REAUTHENTICATION_REQUIRED");
    admin.post("/admin/v1/me/totp", Map.of()).expectProblem(403, "REAUTHENTICATION_REQUIRED");
    admin.get("/admin/v1/keys").expect(200);
    admin
        .post("/admin/v1/me:reauthenticate", Map.of("password", "not the password"))
        .expectProblem(403, "CURRENT_PASSWORD_WRONG");
    admin.post("/admin/v1/operators", wanted).expectProblem(403, "REAUTHENTICATION_REQUIRED");
    admin
        .post("/admin/v1/me:reauthenticate", Map.of("password", Usercenter.OPERATOR_PASSWORD))
        .expect(204);
    admin.post("/admin/v1/operators", wanted).expect(201);
    assertThat(
            admin
                .get("/admin/v1/audit?operator=admin&action=CREATE_OPERATOR&limit=4")
                .expect(200)
                .json()
                .at("/entries")
                .findValuesAsString("outcome"))
        .containsExactly(
            "DONE", "INTENDED", "REAUTHENTICATION_REQUIRED", "REAUTHENTICATION_REQUIRED");
    // Another login of the same operator has shown nothing.
    Client other = service.operator();
    CLOCK.ahead(Duration.ofMinutes(6));
    other
        .post("/admin/v1/operators", Map.of("name", Names.fresh(), "password", PASSWORD))
        .expectProblem(403, "REAUTHENTICATION_REQUIRED");
  }

  @Test
  void aNewPasswordIsNoOldOneAndEndsTheOtherSessions() {
    String name = operator("viewers");
    Client here = bearer(name);
    Client there = bearer(name);
    change(here, "not his password", "quite another one 1")
        .expectProblem(403, "CURRENT_PASSWORD_WRONG");
    change(here, PASSWORD, "too short").expectProblem(400, "PASSWORD_INVALID");
    change(here, PASSWORD, PASSWORD).expectProblem(400, "PASSWORD_INVALID");
    change(here, PASSWORD, "quite another one 1").expect(204);
    here.get("/admin/v1/me").expect(200);
    there.get("/admin/v1/me").expectProblem(401, "TOKEN_REJECTED");
    for (int i = 1; i < 5; i++) {
      change(here, "quite another one " + i, "quite another one " + (i + 1)).expect(204);
    }
    assertThat(
            change(here, "quite another one 5", "quite another one 1")
                .expectProblem(400, "PASSWORD_INVALID")
                .text("/reason"))
        .isEqualTo("USED_BEFORE");
    change(here, "quite another one 5", PASSWORD).expect(204); // the sixth last
  }

  @Test
  void sessionsAreSeenEndedAndEndByThemselves() {
    String name = operator("viewers");
    Client first = bearer(name);
    Client second = bearer(name);
    Answer mine = first.get("/admin/v1/me/sessions").expect(200);
    assertThat(mine.json().at("/sessions").size()).isEqualTo(2);
    assertThat(mine.json().at("/sessions/0/current").booleanValue()).isFalse();
    assertThat(mine.json().at("/sessions/1/current").booleanValue()).isTrue();
    String other = mine.text("/sessions/0/sessionId");
    String id = first.get("/admin/v1/me").text("/operatorId");

    Client stranger = bearer(operator("viewers"));
    stranger.delete("/admin/v1/me/sessions/" + other).expectProblem(404, "SESSION_NOT_FOUND");
    stranger
        .get("/admin/v1/operators/" + id + "/sessions")
        .expectProblem(403, "PERMISSION_MISSING");
    first.delete("/admin/v1/me/sessions/" + other).expect(204);
    second.get("/admin/v1/me").expectProblem(401, "TOKEN_REJECTED");
    first.delete("/admin/v1/me/sessions/" + other).expectProblem(404, "SESSION_NOT_FOUND");

    Client admin = service.operator();
    String last =
        admin
            .get("/admin/v1/operators/" + id + "/sessions")
            .expect(200)
            .text("/sessions/0/sessionId");
    admin.delete("/admin/v1/operators/" + id + "/sessions/" + last).expect(204);
    first.get("/admin/v1/me").expectProblem(401, "TOKEN_REJECTED");

    Client idle = bearer(name);
    Client busy = bearer(name);
    for (int i = 0; i < 2; i++) {
      CLOCK.ahead(Duration.ofMinutes(20));
      busy.get("/admin/v1/me").expect(200);
    }
    idle.get("/admin/v1/me").expectProblem(401, "TOKEN_REJECTED");
    for (int i = 0; i < 33; i++) {
      CLOCK.ahead(Duration.ofMinutes(20));
      busy.get("/admin/v1/me").expect(200);
    }
    CLOCK.ahead(Duration.ofMinutes(20)); // twelve hours since the login
    busy.get("/admin/v1/me").expectProblem(401, "TOKEN_REJECTED");
  }

  @Test
  void whoGuessesLocksHimselfOutAndNotTheOperator() {
    String name = operator("viewers");
    Client far = service.inside().with("X-Forwarded-For", "198.51.100.7");
    Client near = service.inside().with("X-Forwarded-For", "203.0.113.9");
    for (int i = 0; i < 5; i++) {
      far.post("/admin/v1/sessions", Map.of("name", name, "password", "guess number " + i))
          .expectProblem(401, "WRONG_NAME_OR_PASSWORD");
    }
    far.post("/admin/v1/sessions", Map.of("name", name, "password", PASSWORD))
        .expectProblem(429, "TOO_MANY_ATTEMPTS");
    near.post("/admin/v1/sessions", Map.of("name", name, "password", PASSWORD)).expect(201);
  }

  @Test
  void personalDataIsShownForAReasonOnlyAndOnRecord() {
    Client player = service.players().with("X-Forwarded-For", "203.0.113.77");
    String device = "device-of-" + Names.fresh();
    String userId =
        player
            .post(
                "/v1/accounts",
                Map.of(
                    "username",
                    Names.fresh(),
                    "password",
                    Client.PASSWORD,
                    "device",
                    Map.of("id", device, "class", "mobile")))
            .expect(201)
            .text("/account/userId");
    Client admin = service.operator();
    int looked = 0;
    for (String path : pathsAbout(userId)) {
      Answer answer = admin.get(path);
      assertThat(answer.body()).as(path).doesNotContain("203.0.113.77", device);
      looked += answer.status() == 200 ? 1 : 0;
    }
    assertThat(looked).isGreaterThanOrEqualTo(5);
    assertThat(
            admin
                .get("/admin/v1/accounts/" + userId + "/sessions")
                .expect(200)
                .text("/sessions/0/createdIp"))
        .isEqualTo("203.0.*.*");

    String reveal = "/admin/v1/accounts/" + userId + ":reveal";
    admin.post(reveal, Map.of("fields", List.of("registerIp"))).expect(400);
    admin.post(reveal, Map.of("fields", List.of("passwordHash"), "reason", "x")).expect(400);
    bearer(operator("viewers"))
        .post(reveal, Map.of("fields", List.of("registerIp"), "reason", "curious"))
        .expectProblem(403, "PERMISSION_MISSING");
    Answer shown =
        admin
            .post(
                reveal,
                Map.of("fields", List.of("registerIp", "registerDevice"), "reason", "case 17"))
            .expect(200);
    assertThat(shown.text("/registerIp")).isEqualTo("203.0.113.77");
    assertThat(shown.text("/registerDevice")).isEqualTo(device);
    assertThat(shown.json().size()).isEqualTo(2);
    Answer record = admin.get("/admin/v1/audit?targetUserId=" + userId).expect(200);
    assertThat(record.json().at("/entries").findValuesAsString("action"))
        .containsExactly("REVEAL", "REVEAL", "REVEAL");
    assertThat(record.json().at("/entries").findValuesAsString("outcome"))
        .containsExactly("DONE", "INTENDED", "PERMISSION_MISSING");
    assertThat(record.text("/entries/0/detail")).endsWith(": case 17");
    assertThat(record.body()).doesNotContain("203.0.113.77", device);

    Eventually.holds(
        "what was done is sealed and verified",
        Duration.ofSeconds(10),
        () ->
            admin.get("/admin/v1/audit:verify").expect(200).json().at("/verified").longValue() > 0);
    admin.get("/admin/v1/audit:verify?witness=x").expectProblem(400, "VALIDATION_FAILED");
  }

  /** All that can be asked about one player, whoever adds to it. */
  private static List<String> pathsAbout(String userId) {
    return service.beans(RequestMappingHandlerMapping.class).stream()
        .flatMap(mapping -> mapping.getHandlerMethods().keySet().stream())
        .filter(route -> route.getMethodsCondition().getMethods().equals(Set.of(RequestMethod.GET)))
        .flatMap(route -> route.getPatternValues().stream())
        .filter(path -> path.startsWith("/admin/v1/accounts"))
        .map(path -> path.replace("{userId}", userId))
        .filter(path -> !path.contains("{"))
        .map(path -> path.equals("/admin/v1/accounts") ? path + "?userId=" + userId : path)
        .toList();
  }

  /** A new operator in these groups. */
  private static String operator(String... groups) {
    String name = "op-" + Names.fresh();
    service
        .operator()
        .post(
            "/admin/v1/operators",
            Map.of("name", name, "password", PASSWORD, "groups", List.of(groups)))
        .expect(201);
    return name;
  }

  private static Client bearer(String name) {
    return service
        .inside()
        .bearer(login(Map.of("name", name, "password", PASSWORD)).expect(201).text("/token"));
  }

  private static Answer login(Map<String, Object> body) {
    return service.inside().post("/admin/v1/sessions", body);
  }

  private static Answer change(Client who, String password, String next) {
    return who.post(
        "/admin/v1/me:changePassword", Map.of("password", password, "newPassword", next));
  }

  /** Computed apart from the service: RFC 6238, some steps ahead of its clock. */
  private static String code(byte[] secret, int ahead) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(secret, "HmacSHA1"));
    long step = CLOCK.instant().getEpochSecond() / 30 + ahead;
    byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(step).array());
    int number = ByteBuffer.wrap(hash).getInt(hash[19] & 0xf) & Integer.MAX_VALUE;
    return "%06d".formatted(number % 1_000_000);
  }

  private static byte[] base32(String text) {
    BigInteger number = BigInteger.ZERO;
    for (int i = 0; i < text.length(); i++) {
      int five = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(text.charAt(i));
      number = number.shiftLeft(5).or(BigInteger.valueOf(five));
    }
    byte[] bytes = new byte[20];
    byte[] all = number.toByteArray();
    int length = Math.min(20, all.length);
    System.arraycopy(all, all.length - length, bytes, 20 - length, length);
    return bytes;
  }
}
