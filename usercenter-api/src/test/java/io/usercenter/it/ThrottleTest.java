package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Guessing passwords and asking too often, over two instances that share a Redis of their own. This
 * machine is a trusted proxy, so each client says which network it is in. A wait is an hour here:
 * however slow the machine is, none of them ends during a test.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ThrottleTest {
  private static final int FREE = 5;

  private static RedisServer redis;
  private static Usercenter one;
  private static Usercenter two;

  @BeforeAll
  static void start() {
    redis = Backends.newRedis();
    one = instance();
    two = instance();
  }

  private static Usercenter instance() {
    return Usercenter.start(
        Backends.mysql(),
        redis,
        "usercenter.http.trusted-proxies=127.0.0.0/8",
        "usercenter.guesses.free=" + FREE,
        "usercenter.guesses.first-delay=1h",
        "usercenter.guesses.longest-delay=1h",
        "usercenter.limits.check-name=3/1h",
        "usercenter.limits.player=4/1h instance",
        "usercenter.limits.open=20/1h instance",
        "usercenter.redis.timeout=5s");
  }

  @AfterAll
  static void stop() {
    two.close();
    one.close();
    redis.close();
  }

  private static Client in(Usercenter instance, String network) {
    return instance.players().with("X-Forwarded-For", network);
  }

  private static Answer guess(Client client, String name) {
    return client.post(
        "/v1/sessions",
        Map.of("grant", "password", "username", name, "password", "not the password"));
  }

  /** How often a password was hashed, in both instances. */
  private static long hashes() {
    return List.of(one, two).stream()
        .flatMap(i -> i.bean(MeterRegistry.class).get("uc.password.hash").timers().stream())
        .mapToLong(Timer::count)
        .sum();
  }

  private static void expectRefusal(Answer answer) {
    answer.expectProblem(429, "TOO_MANY_ATTEMPTS");
    assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 3600);
  }

  @Test
  void madeUpServiceCredentialsAskTheAdminDatabaseNoMoreThanIsGoodForIt() {
    Client known = one.gameServer("*").with("X-Forwarded-For", "203.0.113.77");
    known.introspect("no token").expect(200);
    for (int i = 0; i < 25; i++) {
      String made = "gs_madeup%06d:ucs_nothing".formatted(i);
      Answer answer =
          in(one, "203.0.113.77")
              .with(
                  "Authorization",
                  "Basic "
                      + Base64.getEncoder().encodeToString(made.getBytes(StandardCharsets.UTF_8)))
              .introspect("no token");
      // The known one was counted once, when it was new.
      if (i < 19) {
        answer.expectProblem(401, "WRONG_SERVICE_CREDENTIAL");
      } else {
        answer.expectProblem(429, "RATE_LIMITED");
      }
    }
    known.introspect("no token").expect(200);
  }

  @Test
  @Order(1)
  void of200WrongPasswordsAtOnceExactlyTheFreeOnesAreHashedAndTheOwnerLogsInElsewhere()
      throws Exception {
    String name = Names.fresh();
    in(one, "192.0.2.1").register(name).expect(201);
    long before = hashes();
    List<Answer> answers =
        Parallel.run(200, i -> guess(in(i % 2 == 0 ? one : two, "192.0.2.66"), name));
    assertThat(hashes() - before).isEqualTo(FREE);
    assertThat(answers).filteredOn(a -> a.status() == 401).hasSize(FREE);
    answers.stream().filter(a -> a.status() != 401).forEach(ThrottleTest::expectRefusal);
    in(two, "192.0.2.1").login(name).expect(200);
    in(one, "198.51.100.7").login(name).expect(200);
    expectRefusal(in(one, "192.0.2.66").login(name));
  }

  @Test
  @Order(1)
  void aNameThatNobodyHasIsAnsweredTheSame() throws Exception {
    String nobody = Names.fresh();
    long before = hashes();
    List<Answer> answers =
        Parallel.run(50, i -> guess(in(i % 2 == 0 ? one : two, "192.0.2.67"), nobody));
    assertThat(hashes() - before).isEqualTo(FREE);
    assertThat(answers).filteredOn(a -> a.status() == 401).hasSize(FREE);
    answers.stream().filter(a -> a.status() != 401).forEach(ThrottleTest::expectRefusal);
  }

  @Test
  @Order(1)
  void an64OfIpv6IsOneNetwork() {
    String name = Names.fresh();
    for (int i = 1; i <= FREE; i++) {
      guess(in(one, "2001:db8:0:1::" + i), name).expect(401);
    }
    expectRefusal(guess(in(one, "2001:db8:0:1:ffff::"), name));
    guess(in(one, "2001:db8:0:2::1"), name).expect(401);
  }

  @Test
  @Order(1)
  void theRightPasswordIsNeverCounted() {
    String name = Names.fresh();
    in(one, "192.0.2.2").register(name).expect(201);
    for (int i = 0; i < 3 * FREE; i++) {
      in(one, "192.0.2.2").login(name).expect(200);
    }
  }

  @Test
  @Order(1)
  void operatorsAreGuessedAtNoFasterAndTheRefusalIsOnRecord() {
    Client attacker = one.inside().with("X-Forwarded-For", "192.0.2.68");
    for (int i = 0; i < FREE; i++) {
      attacker
          .post("/admin/v1/sessions", Map.of("name", "admin" + " ".repeat(i), "password", "wrong"))
          .expect(401);
    }
    expectRefusal(
        attacker.post(
            "/admin/v1/sessions",
            Map.of("name", "admin", "password", Usercenter.OPERATOR_PASSWORD)));
    one.operator();
  }

  @Test
  @Order(1)
  void theAddressThatIsStoredIsTheClients() {
    String name = Names.fresh();
    Answer login = in(one, "198.51.100.9").register(name).expect(201);
    Answer sessions = one.players().bearer(login.text("/accessToken")).get("/v1/sessions");
    assertThat(sessions.text("/sessions/0/createdIp")).isEqualTo("198.51.100.9");
  }

  @Test
  @Order(1)
  void everyAnswerSaysHowMuchIsLeftAndTooManyAreRefused() {
    Client client = in(one, "203.0.113.5");
    Answer first = client.get("/v1/accounts:checkName?name=somebody").expect(200);
    assertThat(first.header("RateLimit-Policy")).isEqualTo("\"check-name\";q=3;w=3600");
    assertThat(first.header("RateLimit")).isEqualTo("\"check-name\";r=2;t=1200");
    in(two, "203.0.113.5").get("/v1/accounts:checkName?name=somebody").expect(200);
    // A request that is refused for its content counts as well.
    assertThat(client.get("/v1/accounts:checkName?name=a").expect(400).header("RateLimit"))
        .startsWith("\"check-name\";r=0;t=3");
    Answer refused = client.get("/v1/accounts:checkName?name=somebody");
    refused.expectProblem(429, "RATE_LIMITED");
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 1200);
    assertThat(refused.header("RateLimit")).startsWith("\"check-name\";r=0;t=3");
    in(one, "203.0.113.6").get("/v1/accounts:checkName?name=somebody").expect(200);
  }

  @Test
  @Order(1)
  void aPlayerIsCountedByHimselfAndOnlyWithATokenThatIsHis() {
    Client client = in(one, "203.0.113.7");
    String token = client.register(Names.fresh()).expect(201).text("/accessToken");
    String other = client.register(Names.fresh()).expect(201).text("/accessToken");
    for (int left = 3; left >= 0; left--) {
      assertThat(client.bearer(token).get("/v1/sessions").expect(200).header("RateLimit"))
          .startsWith("\"player\";r=" + left + ";t=");
      Answer forged = client.bearer(token + "x").get("/v1/sessions").expect(401);
      assertThat(forged.header("RateLimit")).isEmpty();
    }
    client.bearer(token).get("/v1/sessions").expectProblem(429, "RATE_LIMITED");
    client.bearer(other).get("/v1/sessions").expect(200);
  }

  @Test
  @Order(2)
  void withoutRedisEachInstanceCountsAloneAndAfterwardsTogetherAgain() throws Exception {
    String name = Names.fresh();
    in(one, "192.0.2.3").register(name).expect(201);
    redis.kill9();
    long before = hashes();
    List<Answer> answers = Parallel.run(60, i -> guess(in(one, "192.0.2.69"), name));
    assertThat(hashes() - before).isEqualTo(FREE);
    answers.stream().filter(a -> a.status() != 401).forEach(ThrottleTest::expectRefusal);
    in(one, "192.0.2.3").login(name).expect(200);
    Client asking = in(one, "203.0.113.8");
    for (int i = 0; i < 3; i++) {
      asking.get("/v1/accounts:checkName?name=somebody").expect(200);
    }
    asking.get("/v1/accounts:checkName?name=somebody").expectProblem(429, "RATE_LIMITED");
    assertThat(one.bean(MeterRegistry.class).get("uc.limits.without.redis").counter().count())
        .isPositive();

    redis.restart();
    for (Usercenter instance : List.of(one, two)) {
      double alone = sharedGuesses(instance);
      Eventually.holds(
          "guesses are counted together again",
          Duration.ofSeconds(60),
          () -> {
            guess(in(instance, "192.0.2.70"), Names.fresh()).expect(401);
            return sharedGuesses(instance) > alone;
          });
    }
    String another = Names.fresh();
    List<Answer> together =
        Parallel.run(30, i -> guess(in(i % 2 == 0 ? one : two, "192.0.2.71"), another));
    assertThat(together).filteredOn(a -> a.status() == 401).hasSize(FREE);
  }

  private static double sharedGuesses(Usercenter instance) {
    return instance
        .bean(MeterRegistry.class)
        .get("uc.guesses")
        .tag("counted", "shared")
        .tag("outcome", "admitted")
        .tag("kind", "player")
        .counter()
        .count();
  }
}
