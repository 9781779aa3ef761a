package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.RedisServer;
import io.usercenter.token.TokenVerifier;
import io.usercenter.token.Verification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Redis loses all it knows under two instances, and once all instances restart besides: no token
 * that was revoked is good again, for nobody, and no other one is refused.
 */
class RedisLostTest {
  private static MySqlServer mysql;
  private static RedisServer redis;
  private static Usercenter one;
  private static Usercenter two;
  private static List<Client> servers;

  @BeforeAll
  static void start() {
    mysql = Backends.mysql();
    redis = Backends.newRedis();
    one = Usercenter.start(mysql, redis);
    two = Usercenter.start(mysql, redis);
    servers = List.of(one.gameServer("*"), two.gameServer("*"));
  }

  @AfterAll
  static void stop() {
    two.close();
    one.close();
    redis.close();
  }

  @Test
  void whatWasRevokedStaysRevokedWhenRedisForgetsIt() throws Exception {
    List<String> good = players(3);
    List<String> revoked = new ArrayList<>();
    try (TokenVerifier old = verifier(one)) {
      for (int round = 0; round < 6; round++) {
        // Just before, at the same time as, and just after Redis forgets.
        revoked.add(banned());
        if (round % 2 == 0) {
          redis.flush();
        }
        revoked.add(loggedOut());
        if (round % 3 == 0) {
          redis.flush();
        }
        assertIntrospection(good, revoked);
      }
      redis.flush();
      try (TokenVerifier fresh = verifier(one);
          TokenVerifier other = verifier(two)) {
        // From the first check on.
        assertThat(revoked).allSatisfy(token -> assertRefused(fresh, token));
        assertThat(revoked).allSatisfy(token -> assertRefused(other, token));
        assertThat(good).allSatisfy(token -> assertAccepted(fresh, token));
      }
      Eventually.holds(
          "who followed all the time knows all",
          Duration.ofSeconds(20),
          () -> revoked.stream().noneMatch(token -> accepts(old, token)));
      assertThat(good).allSatisfy(token -> assertAccepted(old, token));
      String last = banned();
      Eventually.holds("and still follows", Duration.ofSeconds(10), () -> !accepts(old, last));
    }
  }

  @Test
  void whatWasRevokedStaysRevokedWhenAllInstancesRestartWithAnEmptyRedis() throws Exception {
    List<String> good = players(3);
    List<String> revoked = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      revoked.add(banned());
      revoked.add(loggedOut());
    }
    two.close();
    one.close();
    redis.flush();
    one = Usercenter.start(mysql, redis);
    two = Usercenter.start(mysql, redis);
    servers = List.of(one.gameServer("*"), two.gameServer("*"));
    try (TokenVerifier fresh = verifier(one);
        TokenVerifier other = verifier(two)) {
      assertThat(revoked).allSatisfy(token -> assertRefused(fresh, token));
      assertThat(revoked).allSatisfy(token -> assertRefused(other, token));
      assertThat(good).allSatisfy(token -> assertAccepted(fresh, token));
    }
    assertIntrospection(good, revoked);
  }

  private static void assertIntrospection(List<String> good, List<String> revoked) {
    for (Client server : servers) {
      assertThat(good).allSatisfy(token -> assertThat(active(server, token)).isTrue());
      // Another instance may believe for a second what it read before.
      Eventually.holds(
          "no revoked token is active",
          Duration.ofSeconds(5),
          () -> revoked.stream().noneMatch(token -> active(server, token)));
    }
  }

  private static boolean active(Client server, String token) {
    return server.introspect(token).expect(200).json().at("/active").booleanValue();
  }

  private static boolean accepts(TokenVerifier verifier, String token) {
    return verifier.verify(token) instanceof Verification.Verified;
  }

  private static void assertAccepted(TokenVerifier verifier, String token) {
    assertThat(verifier.verify(token)).isInstanceOf(Verification.Verified.class);
  }

  private static void assertRefused(TokenVerifier verifier, String token) {
    assertThat(verifier.verify(token)).isInstanceOf(Verification.Rejected.class);
  }

  private static List<String> players(int count) {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tokens.add(one.players().register(Names.fresh()).expect(201).text("/accessToken"));
    }
    return tokens;
  }

  private static String banned() {
    Answer login = one.players().register(Names.fresh()).expect(201);
    two.operator()
        .post(
            "/admin/v1/bans",
            Map.of("userId", login.text("/account/userId"), "reasonCode", "CHEATING"))
        .expect(201);
    return login.text("/accessToken");
  }

  private static String loggedOut() {
    String token = one.players().register(Names.fresh()).expect(201).text("/accessToken");
    two.players().bearer(token).delete("/v1/sessions/current").expect(204);
    return token;
  }

  private static TokenVerifier verifier(Usercenter at) throws InterruptedException {
    TokenVerifier verifier = GameServers.verifier(at).build();
    assertThat(verifier.awaitReady(Duration.ofSeconds(30))).isTrue();
    return verifier;
  }
}
