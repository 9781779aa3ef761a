package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.RedisServer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Accounts that leave, at two instances over databases and a Redis of their own, because the clock
 * of both is moved ahead by weeks.
 */
class AccountDeletionTest {
  private static final String ME = "/v1/accounts/me";
  private static final Map<String, String> PROOF = Map.of("currentPassword", Client.PASSWORD);
  private static final Map<String, String> REASON = Map.of("reason", "asked by mail, ticket 7");
  private static final Duration COOLING_OFF = Duration.ofDays(14);
  private static final AtomicInteger COUNT = new AtomicInteger();

  private static final MovedClock clock = new MovedClock();
  private static MySqlServer mysql;
  private static RedisServer redis;
  private static Usercenter one;
  private static Usercenter two;
  private static Client players;

  @BeforeAll
  static void start() {
    mysql = Backends.newMySql();
    redis = Backends.newRedis();
    one = instance();
    two = instance();
    players = one.players();
  }

  @AfterAll
  static void stop() {
    two.close();
    one.close();
    redis.close();
    mysql.close();
  }

  private static Usercenter instance() {
    return Usercenter.start(
        clock,
        mysql.address(),
        mysql.address(),
        redis,
        "usercenter.channels.simulator.enabled=true");
  }

  private static Client as(Usercenter where, Answer login) {
    return where.players().bearer(login.text("/accessToken"));
  }

  private static Answer guest(Client where, String path, String device) {
    return where.post(path, Map.of("grant", "device", "deviceId", device));
  }

  private static String freshDevice() {
    return "a device drawn at random " + COUNT.incrementAndGet();
  }

  private static Answer restore(Client where, String name) {
    return where.post(
        "/v1/accounts:restore",
        Map.of("grant", "password", "username", name, "password", Client.PASSWORD));
  }

  @Test
  void whoLeavesIsLoggedOutEverywhereAndALoginTellsUntilWhenHeMayComeBack() {
    String name = Names.fresh();
    Answer first = players.register(name).expect(201);
    Answer second = two.players().login(name).expect(200);
    as(two, second).get(ME).expect(200);
    Answer leaving = as(one, first).delete(ME, PROOF).expect(202);
    assertThat(leaving.text("/status")).isEqualTo("PENDING_DELETION");
    Instant eraseAfter = Instant.parse(leaving.text("/eraseAfter"));
    assertThat(eraseAfter)
        .isBetween(
            clock.instant().plus(COOLING_OFF).minusSeconds(60), clock.instant().plus(COOLING_OFF));
    Eventually.holds(
        "both sessions are refused",
        Duration.ofSeconds(5),
        () -> as(one, first).get(ME).status() == 401 && as(two, second).get(ME).status() == 401);
    assertThat(
            players
                .refresh(first.text("/refreshToken"))
                .expectProblem(401, "SESSION_ENDED")
                .text("/reason"))
        .isEqualTo("DELETED");
    Answer refused = two.players().login(name).expectProblem(403, "ACCOUNT_DELETION_PENDING");
    assertThat(refused.text("/eraseAfter")).isEqualTo(leaving.text("/eraseAfter"));
    players
        .post(
            "/v1/sessions",
            Map.of("grant", "password", "username", name, "password", "not the password"))
        .expectProblem(401, "WRONG_NAME_OR_PASSWORD");
    players.register(name).expectProblem(409, "USERNAME_TAKEN");
    Answer seen =
        one.operator().get("/admin/v1/accounts/" + first.text("/account/userId")).expect(200);
    assertThat(seen.text("/status")).isEqualTo("PENDING_DELETION");
    assertThat(seen.text("/eraseAfter")).isEqualTo(leaving.text("/eraseAfter"));
  }

  @Test
  void whoComesBackInTimeIsAsIfHeHadNeverLeft() {
    String name = Names.fresh();
    Answer login = players.register(name).expect(201);
    as(one, login).patch(ME, "{\"nickname\":\"Ay\"}").expect(200);
    as(one, login).delete(ME, PROOF).expect(202);
    players
        .post(
            "/v1/accounts:restore",
            Map.of("grant", "password", "username", name, "password", "not the password"))
        .expectProblem(401, "WRONG_NAME_OR_PASSWORD");
    players.login(name).expectProblem(403, "ACCOUNT_DELETION_PENDING");
    Answer back = restore(two.players(), name).expect(200);
    assertThat(back.text("/account/userId")).isEqualTo(login.text("/account/userId"));
    assertThat(as(two, back).get(ME).expect(200).text("/nickname")).isEqualTo("Ay");
    assertThat(restore(players, name).expect(200).text("/account/userId"))
        .as("again, as after a lost answer")
        .isEqualTo(login.text("/account/userId"));
    players.login(name).expect(200);
  }

  @Test
  void aStolenSessionAloneDeletesNothing() {
    String name = Names.fresh();
    Answer login = players.register(name).expect(201);
    as(one, login)
        .delete(ME, Map.of("currentPassword", "not the password"))
        .expectProblem(403, "CURRENT_PASSWORD_WRONG");
    clock.ahead(Duration.ofMinutes(11));
    Answer refreshed = players.refresh(login.text("/refreshToken")).expect(200);
    as(one, refreshed).delete(ME).expectProblem(403, "FRESH_LOGIN_NEEDED");
    as(one, refreshed).get(ME).expect(200);
    as(one, players.login(name).expect(200)).delete(ME).expect(202);
  }

  @Test
  void aGuestLeavesAndComesBackByHisDevice() {
    String device = freshDevice();
    guest(players, "/v1/accounts:restore", device).expectProblem(404, "ACCOUNT_NOT_FOUND");
    Answer login = guest(players, "/v1/sessions", device).expect(200);
    as(one, login).delete(ME, PROOF).expectProblem(403, "CURRENT_PASSWORD_WRONG");
    as(one, login).delete(ME).expect(202);
    guest(two.players(), "/v1/sessions", device).expectProblem(403, "ACCOUNT_DELETION_PENDING");
    assertThat(
            guest(two.players(), "/v1/accounts:restore", device)
                .expect(200)
                .text("/account/userId"))
        .isEqualTo(login.text("/account/userId"));
  }

  @Test
  void operatorsDeleteAndRestoreOnRecordAndABanStands() {
    String name = Names.fresh();
    String user = players.register(name).expect(201).text("/account/userId");
    Client operator = one.operator();
    operator
        .post(
            "/admin/v1/bans",
            Map.of("userId", user, "reasonCode", "CHEATING", "message", "You cheated."))
        .expect(201);
    String account = "/admin/v1/accounts/" + user;
    Answer deleted = operator.post(account + ":delete", REASON).expect(200);
    assertThat(deleted.text("/status")).isEqualTo("PENDING_DELETION");
    clock.ahead(Duration.ofHours(1));
    operator = one.operator(); // nobody used the login for too long
    assertThat(operator.post(account + ":delete", REASON).expect(200).text("/eraseAfter"))
        .as("again")
        .isEqualTo(deleted.text("/eraseAfter"));
    players.login(name).expectProblem(403, "ACCOUNT_DELETION_PENDING");
    restore(players, name).expectProblem(403, "ACCOUNT_BANNED");
    assertThat(operator.get(account).expect(200).text("/status")).isEqualTo("ACTIVE");
    operator.post(account + ":delete", REASON).expect(200);
    assertThat(operator.post(account + ":restore", REASON).expect(200).text("/status"))
        .isEqualTo("ACTIVE");
    players.login(name).expectProblem(403, "ACCOUNT_BANNED");
    assertThat(operator.get(account + "/audit").json().at("/entries").findValuesAsString("action"))
        .contains("DELETE_ACCOUNT", "RESTORE_ACCOUNT");
    operator.post(account + ":delete", Map.of()).expectProblem(400, "VALIDATION_FAILED");
    operator.post("/admin/v1/accounts/4096:delete", REASON).expectProblem(404, "ACCOUNT_NOT_FOUND");
  }
}
