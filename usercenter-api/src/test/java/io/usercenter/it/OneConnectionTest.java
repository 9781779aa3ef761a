package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Nobody holds a connection to MySQL and waits for a second one: with one connection for all, each
 * such request would wait for itself, and many at once would lock each other out of any pool.
 */
class OneConnectionTest {
  private static final int PLAYERS = 16;

  private static Usercenter service;

  @BeforeAll
  static void start() {
    service =
        Usercenter.start(
            Backends.mysql(),
            Backends.redis(),
            "usercenter.database.connections-per-instance=1",
            "usercenter.database.borrow-timeout=20s");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void playersGetThroughTheirEvening() throws Exception {
    assertThat(Parallel.run(PLAYERS, player -> evening())).hasSize(PLAYERS);
  }

  private static Answer evening() {
    String name = Names.fresh();
    Client players = service.players();
    players.register(name).expect(201);
    Answer login = players.login(name).expect(200);
    Answer refreshed = players.refresh(login.text("/refreshToken")).expect(200);
    Client player = players.bearer(refreshed.text("/accessToken"));
    player.get("/v1/accounts/me").expect(200);
    player.get("/v1/accounts/me/roles").expect(200);
    player.get("/v1/accounts/me/identities").expect(200);
    player.get("/v1/accounts/me/export").expect(200);
    player.get("/v1/sessions").expect(200);
    player.post("/v1/accounts/me:rename", Map.of("username", Names.fresh())).expect(200);
    return player.delete("/v1/sessions/current").expect(204);
  }

  @Test
  void anOperatorBans() {
    Answer login = service.players().register(Names.fresh()).expect(201);
    String userId = login.text("/account/userId");
    Client operator = service.operator();
    operator.get("/admin/v1/accounts/" + userId).expect(200);
    operator.get("/admin/v1/accounts?username=" + login.text("/account/username")).expect(200);
    operator
        .post(
            "/admin/v1/bans",
            Map.of("userId", userId, "reasonCode", "CHEATING", "message", "You cheated."))
        .expect(201);
    assertThat(operator.get("/admin/v1/accounts/" + userId + "/bans").expect(200).body())
        .contains("CHEATING");
    operator.get("/admin/v1/accounts/" + userId + "/audit").expect(200);
  }
}
