package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.shard.Shards;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * One shard has a MySQL of its own, which is killed, stood still and started again, while players
 * of the other 31 go on.
 */
class ShardDownTest {
  private static final Shard ALONE = new Shard(7);

  private static MySqlServer most;
  private static MySqlServer alone;
  private static Usercenter service;

  @BeforeAll
  static void start() {
    most = Backends.newMySql();
    alone = Backends.newMySql();
    service =
        Usercenter.start(
            most.address() + "=0-6," + alone.address() + "=7," + most.address() + "=8-31",
            most.address(),
            Backends.redis(),
            "usercenter.database.socket-timeout=2s");
  }

  @AfterAll
  static void stop() {
    service.close();
    alone.close();
    most.close();
  }

  @Test
  void itsPlayersGetA503AndTheOthersNoticeNothing() {
    Client players = service.players();
    String unlucky = Names.in(ALONE::equals);
    String lucky = Names.in(shard -> !shard.equals(ALONE));
    String unluckyToken = players.register(unlucky).expect(201).text("/accessToken");
    String luckyToken = players.register(lucky).expect(201).text("/accessToken");
    Client server = service.gameServer("*");

    alone.kill9();
    Eventually.holds(
        "its player gets 503",
        Duration.ofSeconds(20),
        () -> players.login(unlucky).status() == 503);
    for (int i = 0; i < 20; i++) {
      Answer refused = players.login(unlucky).expectProblem(503, "SHARD_UNAVAILABLE");
      assertThat(refused.text("/shard")).isEqualTo("07");
      assertThat(refused.header("Retry-After")).matches("[1-9][0-9]?");
      assertThat(refused.body()).doesNotContain(alone.address()).doesNotContain("Exception");
      players.login(lucky).expect(200);
    }
    players.register(Names.in(ALONE::equals)).expectProblem(503, "SHARD_UNAVAILABLE");
    Client sendsAgain = players.with("Idempotency-Key", "c7b1e0d6-sent-again");
    String patient = Names.in(ALONE::equals);
    sendsAgain.register(patient).expectProblem(503, "SHARD_UNAVAILABLE");
    players
        .with("Idempotency-Key", "c7b1e0d6-of-a-lucky-one")
        .register(Names.in(shard -> !shard.equals(ALONE)))
        .expect(201);
    Answer batch =
        server
            .post(
                "/server/v1/tokens:batchIntrospect",
                Map.of("tokens", List.of(unluckyToken, luckyToken)))
            .expect(200);
    assertThat(batch.text("/results/0/reason")).isEqualTo("SHARD_UNAVAILABLE");
    assertThat(batch.json().at("/results/1/active").booleanValue()).isTrue();
    players.register(Names.in(shard -> !shard.equals(ALONE))).expect(201);

    Answer health = service.inside().get("/actuator/health").expect(200);
    assertThat(health.text("/components/shards/status")).isEqualTo("DEGRADED");
    assertThat(health.text("/components/shards/details/shard 07")).contains(alone.address());
    service.inside().get("/actuator/health/readiness").expect(200);
    assertThat(service.operator().get("/admin/v1/shards").expect(200).text("/shards/7/status"))
        .isEqualTo("DOWN");

    alone.restart();
    Eventually.holds(
        "it heals by itself", Duration.ofSeconds(30), () -> players.login(unlucky).status() == 200);
    String registered = sendsAgain.register(patient).expect(201).body();
    assertThat(sendsAgain.register(patient).expect(201).body()).isEqualTo(registered);
    Eventually.holds(
        "health says so",
        Duration.ofSeconds(10),
        () ->
            service
                .inside()
                .get("/actuator/health")
                .text("/components/shards/status")
                .equals("UP"));
  }

  @Test
  void aGameServerIsToldThatAPageIsRepairedByHalves() {
    Client server = service.gameServer("down1");
    UserId user = service.registered(Names.in(shard -> !shard.equals(ALONE)));
    String role = roleIdOf(ALONE);
    ReconciledPage page = new ReconciledPage(server, "down1", user, role, 1);

    alone.kill9();
    Answer half = page.whole().expectProblem(503, "SHARD_UNAVAILABLE");
    assertThat(half.text("/shard")).isEqualTo("07");
    assertThat(half.header("Retry-After")).matches("[1-9][0-9]?");
    assertThat(half.body()).doesNotContain(alone.address()).doesNotContain("nothing was done");
    page.summary().expectProblem(503, "SHARD_UNAVAILABLE");

    alone.restart();
    Eventually.holds(
        "the page is compared again", Duration.ofSeconds(30), () -> page.summary().status() == 200);
    // The row is right, and the search by its id does not find it yet.
    assertThat(page.matches()).isFalse();
    Answer repaired = page.whole().expect(200);
    assertThat(repaired.text("/differences/0/kind")).isEqualTo("NOT_FOUND_BY_ID");
    assertThat(page.matches()).isTrue();
  }

  private static String roleIdOf(Shard locator) {
    Shards shards = service.bean(Shards.class);
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "down" + i)
        .filter(role -> shards.ofRole(role).equals(locator))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aServerThatHangsHoldsItsPlayersForABoundedTimeAndNobodyElse() {
    Client players = service.players();
    String unlucky = Names.in(ALONE::equals);
    String lucky = Names.in(shard -> !shard.equals(ALONE));
    players.register(unlucky).expect(201);
    players.register(lucky).expect(201);
    alone.pause();
    try {
      Eventually.holds(
          "its player gets 503",
          Duration.ofSeconds(30),
          () -> players.login(unlucky).status() == 503);
      players.login(lucky).expect(200);
    } finally {
      alone.resume();
    }
    Eventually.holds(
        "it heals by itself", Duration.ofSeconds(30), () -> players.login(unlucky).status() == 200);
  }

  @Test
  void aServerThatCannotWriteGoesOnToAnswerWhatItCanRead() throws SQLException {
    Client players = service.players();
    String unlucky = Names.in(ALONE::equals);
    String token = players.register(unlucky).expect(201).text("/accessToken");
    Client sendsAgain = players.with("Idempotency-Key", "3f6d2c71-sent-again");
    String patient = Names.in(ALONE::equals);
    try (var _ = OnlyReading.of(alone)) {
      Answer refused = players.login(unlucky).expectProblem(503, "SHARD_UNAVAILABLE");
      assertThat(refused.header("Retry-After")).isEqualTo("5");
      assertThat(refused.body()).contains("cannot write").doesNotContain("read-only");
      players.register(Names.in(ALONE::equals)).expectProblem(503, "SHARD_UNAVAILABLE");
      sendsAgain.register(patient).expectProblem(503, "SHARD_UNAVAILABLE");
      players.bearer(token).get("/v1/accounts/me").expect(200);
      players.register(Names.in(shard -> !shard.equals(ALONE))).expect(201);
    }
    players.login(unlucky).expect(200);
    sendsAgain.register(patient).expect(201);
  }
}
