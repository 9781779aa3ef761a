package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Redis is killed under the service: it helps, and nobody depends on it. */
class RedisGoneTest {
  private static RedisServer redis;
  private static Usercenter service;

  @BeforeAll
  static void start() {
    redis = Backends.newRedis();
    service = Usercenter.start(Backends.mysql(), redis);
  }

  @AfterAll
  static void stop() {
    service.close();
    redis.close();
  }

  @Test
  void playersAndGameServersGoOnWithoutRedis() {
    Client players = service.players();
    Client server = service.gameServer("*");
    String before = Names.fresh();
    Answer old = players.register(before).expect(201);

    redis.kill9();
    String during = Names.fresh();
    Answer login = players.register(during).expect(201);
    players.login(before).expect(200);
    service.inside().get("/actuator/health/readiness").expect(200); // it can serve
    players.refresh(old.text("/refreshToken")).expect(200);
    String token = login.text("/accessToken");
    assertThat(server.introspect(token).expect(200).json().at("/active").booleanValue()).isTrue();
    players.bearer(token).get("/v1/accounts/me").expect(200);

    String userId = login.text("/account/userId");
    Answer applied =
        server
            .post(
                "/server/v1/role-events",
                Map.of(
                    "events",
                    List.of(
                        Map.of(
                            "eventId",
                            "e1",
                            "type",
                            "ROLE_CREATED",
                            "serverId",
                            "s1",
                            "userId",
                            userId,
                            "roleId",
                            "r" + userId,
                            "revision",
                            1,
                            "occurredAt",
                            "2026-11-21T08:00:00Z",
                            "role",
                            Map.of("name", "Ayla", "level", 5)))))
            .expect(200);
    assertThat(applied.text("/results/0/status")).isEqualTo("APPLIED");
    assertThat(players.login(during).expect(200).json().at("/roles/0/level").intValue())
        .isEqualTo(5);

    // A ban does not wait for Redis: the instance asks the shard again within a second.
    service
        .operator()
        .post("/admin/v1/bans", Map.of("userId", userId, "reasonCode", "CHEATING"))
        .expect(201);
    Eventually.holds(
        "the token is refused",
        Duration.ofSeconds(5),
        () -> !server.introspect(token).json().at("/active").booleanValue());
    assertThat(server.introspect(token).text("/reason")).isEqualTo("BANNED");

    // Whoever follows the feed is told that there is none, instead of that there is no news.
    Eventually.holds(
        "the feed says that it is away",
        Duration.ofSeconds(10),
        () -> server.get("/server/v1/revocations").status() == 503);
    server.get("/server/v1/revocations").expectProblem(503, "REVOCATION_FEED_UNAVAILABLE");

    redis.restart();
    Eventually.holds(
        "the ban decided meanwhile is in the feed",
        Duration.ofSeconds(20),
        () -> {
          Answer feed = server.get("/server/v1/revocations");
          return feed.status() == 200 && feed.body().contains(userId);
        });
  }
}
