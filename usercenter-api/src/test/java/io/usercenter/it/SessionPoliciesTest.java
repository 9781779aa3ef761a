package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.id.UserId;
import io.usercenter.shard.ShardPools;
import io.usercenter.testkit.Backends;
import io.usercenter.testkit.RedisServer;
import io.usercenter.token.RejectionReason;
import io.usercenter.token.TokenVerifier;
import io.usercenter.token.Verification;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How many sessions a player may have, how long they last, and what is known of them. */
class SessionPoliciesTest {
  private static final Duration ABSOLUTE = Duration.ofDays(40);

  private static MovedClock clock;
  private static RedisServer redis;
  private static Usercenter one;
  private static Usercenter two;

  @BeforeAll
  static void start() {
    clock = new MovedClock();
    redis = Backends.newRedis();
    one = instance();
    two = instance();
  }

  private static Usercenter instance() {
    return instance(clock);
  }

  private static Usercenter instance(MovedClock clock) {
    return Usercenter.start(
        clock,
        Backends.mysql().address(),
        Backends.mysql().address(),
        redis,
        "usercenter.sessions.concurrent-by-channel=solo=1/account,arcade=1/device-class,"
            + "keep=1/account/deny-new",
        "usercenter.sessions.absolute-life=40d",
        "usercenter.sessions.state-belief=1m",
        "usercenter.guesses.free=1000",
        "usercenter.sessions.last-seen-interval=5m");
  }

  @AfterAll
  static void stop() {
    two.close();
    one.close();
    redis.close();
  }

  private static Answer register(String channel, String name, String deviceClass) {
    return one.players()
        .post(
            "/v1/accounts",
            Map.of(
                "username",
                name,
                "password",
                Client.PASSWORD,
                "channel",
                channel,
                "device",
                Map.of("class", deviceClass)))
        .expect(201);
  }

  private static Answer login(Usercenter at, String name, String deviceClass) {
    return attempt(at, name, Map.of("class", deviceClass)).expect(200);
  }

  private static Answer attempt(Usercenter at, String name, Map<String, String> device) {
    return at.players()
        .post(
            "/v1/sessions",
            Map.of(
                "grant",
                "password",
                "username",
                name,
                "password",
                Client.PASSWORD,
                "device",
                device));
  }

  private static Answer loginFrom(String deviceId, String name) {
    return attempt(one, name, Map.of("class", "pc", "id", deviceId));
  }

  @Test
  void whereNewLoginsAreDeniedTheFirstStaysAndItsDeviceMayComeAgain() {
    String name = Names.fresh();
    Answer first = register("keep", name, "pc");
    assertThat(loginFrom("a", name).expectProblem(409, "TOO_MANY_SESSIONS").status())
        .isEqualTo(409);
    assertThat(alive(first)).isTrue();
    one.players().bearer(first.text("/accessToken")).delete("/v1/sessions/current").expect(204);

    Answer second = loginFrom("a", name).expect(200);
    loginFrom("b", name).expectProblem(409, "TOO_MANY_SESSIONS");
    Answer again = loginFrom("a", name).expect(200);
    assertThat(
            one.players()
                .refresh(second.text("/refreshToken"))
                .expectProblem(401, "SESSION_ENDED")
                .text("/reason"))
        .isEqualTo("REPLACED");
    assertThat(alive(again)).isTrue();
  }

  /**
   * The service itself keeps the answer back, for longer than a successor is told again. Whoever
   * asks on with his old token is no thief.
   */
  @Test
  void whoGetsNoAnswerBecauseCharactersCannotBeReadGoesOnWhenTheyCan() throws Exception {
    Answer login = register("patient", Names.fresh(), "pc");
    UserId user = UserId.parse(login.text("/account/userId"));
    try (Usercenter service =
            Usercenter.start(
                clock,
                Backends.mysql().address(),
                Backends.mysql().address(),
                redis,
                "usercenter.database.socket-timeout=2s");
        Connection shard = one.bean(ShardPools.class).of(user.shard()).getConnection();
        Statement lock = shard.createStatement()) {
      lock.execute("LOCK TABLES role WRITE");
      try {
        service
            .players()
            .refresh(login.text("/refreshToken"))
            .expectProblem(503, "SHARD_UNAVAILABLE");
      } finally {
        lock.execute("UNLOCK TABLES");
      }
    }
    clock.ahead(Duration.ofMinutes(2));
    assertThat(alive(login)).isTrue();
  }

  private static boolean alive(Answer login) {
    return one.players().refresh(login.text("/refreshToken")).status() == 200;
  }

  @Test
  void whoLogsInElsewhereEndsTheSessionBeforeAndItsClientIsToldWhy() throws Exception {
    String name = Names.fresh();
    Answer first = register("solo", name, "pc");
    try (TokenVerifier verifier = GameServers.verifier(two).clock(clock).build()) {
      assertThat(verifier.awaitReady(Duration.ofSeconds(30))).isTrue();
      assertThat(verifier.verify(first.text("/accessToken")))
          .isInstanceOf(Verification.Verified.class);
      Answer second = login(two, name, "mobile");
      assertThat(
              one.players()
                  .refresh(first.text("/refreshToken"))
                  .expectProblem(401, "SESSION_ENDED")
                  .text("/reason"))
          .isEqualTo("REPLACED");
      Client server = one.gameServer("*");
      Eventually.holds(
          "the verifier and the other instance heard of it",
          Duration.ofSeconds(20),
          () ->
              verifier
                      .verify(first.text("/accessToken"))
                      .equals(new Verification.Rejected(RejectionReason.REPLACED))
                  && server.introspect(first.text("/accessToken")).body().contains("REPLACED"));
      assertThat(
              one.players()
                  .bearer(first.text("/accessToken"))
                  .get("/v1/accounts/me")
                  .expectProblem(401, "TOKEN_REJECTED")
                  .text("/reason"))
          .isEqualTo("REPLACED");
      assertThat(alive(second)).isTrue();
    }
  }

  @Test
  void oneOfEachClassOfDevicesMayStay() {
    String name = Names.fresh();
    Answer pc = register("arcade", name, "pc");
    Answer mobile = login(one, name, "mobile");
    assertThat(alive(pc)).isTrue();
    Answer otherPc = login(two, name, "pc");
    assertThat(alive(pc)).isFalse();
    assertThat(alive(mobile)).isTrue();
    assertThat(alive(otherPc)).isTrue();
  }

  @Test
  void elsewhereManySessionsLiveSideBySide() {
    String name = Names.fresh();
    Answer first = register("other", name, "pc");
    Answer second = login(two, name, "pc");
    assertThat(alive(first)).isTrue();
    assertThat(alive(second)).isTrue();
  }

  @Test
  void ofManyLoginsAtOnceOneSessionStays() throws Exception {
    String name = Names.fresh();
    Answer first = register("solo", name, "pc");
    List<Answer> logins = Parallel.run(8, i -> login(i % 2 == 0 ? one : two, name, "pc"));
    assertThat(logins.stream().filter(SessionPoliciesTest::alive)).hasSize(1);
    assertThat(alive(first)).isFalse();
  }

  @Test
  void aSessionEndsForGoodSoLongAfterItsLogin() {
    MovedClock years = new MovedClock();
    try (Usercenter service = instance(years)) {
      String name = Names.fresh();
      Client players = service.players();
      Answer tokens = players.register(name).expect(201);
      Instant opened = years.instant();
      for (int i = 0; i < 2; i++) {
        years.ahead(Duration.ofDays(19));
        tokens = players.refresh(tokens.text("/refreshToken")).expect(200);
      }
      Instant expiresAt =
          Instant.parse(
              players
                  .bearer(tokens.text("/accessToken"))
                  .get("/v1/sessions")
                  .expect(200)
                  .text("/sessions/0/expiresAt"));
      Instant expected = opened.plus(ABSOLUTE);
      assertThat(expiresAt).isBetween(expected.minusSeconds(60), expected.plusSeconds(60));
      years.ahead(Duration.between(years.instant(), expiresAt).minusSeconds(90));
      Answer last = players.refresh(tokens.text("/refreshToken")).expect(200);
      assertThat(last.json().at("/expiresIn").intValue()).isBetween(1, 90);
      years.ahead(Duration.ofSeconds(91));
      assertThat(
              players
                  .refresh(last.text("/refreshToken"))
                  .expectProblem(401, "SESSION_ENDED")
                  .text("/reason"))
          .isEqualTo("EXPIRED");
      players.login(name).expect(200);
    }
  }

  @Test
  void theLastUseOfASessionIsNotedInTheBackgroundOnceInAWhile() {
    Answer login = register("other", Names.fresh(), "pc");
    Client player = one.players().bearer(login.text("/accessToken"));
    Instant opened = lastUsed(player);
    clock.ahead(Duration.ofMinutes(10));
    assertThat(player.get("/v1/accounts/me").expect(200).statements()).isLessThanOrEqualTo(2);
    Eventually.holds(
        "noted", Duration.ofSeconds(20), () -> lastUsed(player).isAfter(opened.plusSeconds(500)));
  }

  private static Instant lastUsed(Client player) {
    return Instant.parse(player.get("/v1/sessions").expect(200).text("/sessions/0/lastUsedAt"));
  }

  @Test
  void whoWantsNoCacheGetsWhatTheShardSays() {
    try (RedisServer mine = Backends.newRedis();
        Usercenter here = withLongBelief(mine);
        Usercenter there = withLongBelief(mine)) {
      Answer login = here.players().register(Names.fresh()).expect(201);
      Client server = here.gameServer("*");
      Client fresh = server.with("Cache-Control", "max-age=0, No-Cache");
      String token = login.text("/accessToken");
      assertThat(server.introspect(token).json().at("/active").booleanValue()).isTrue();
      mine.kill9(); // nobody hears of anything
      there
          .operator()
          .post(
              "/admin/v1/bans",
              Map.of("userId", login.text("/account/userId"), "reasonCode", "CHEATING"))
          .expect(201);
      assertThat(fresh.introspect(token).expect(200).text("/reason")).isEqualTo("BANNED");
      // And what was asked is known now.
      assertThat(server.introspect(token).expect(200).text("/reason")).isEqualTo("BANNED");
    }
  }

  private static Usercenter withLongBelief(RedisServer mine) {
    return Usercenter.start(Backends.mysql(), mine, "usercenter.sessions.state-belief=1m");
  }
}
