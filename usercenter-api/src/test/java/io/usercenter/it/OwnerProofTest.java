package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What a game server that was shown an access token cannot do with it. */
class OwnerProofTest {
  private static final String OTHERS_DEVICE = "a device of somebody else";

  /** The last one ends the session. */
  private static final List<Function<Client, Answer>> OF_OWNERS =
      List.of(
          me -> me.post("/v1/accounts/me/identities", Map.of("deviceId", OTHERS_DEVICE)),
          me -> me.delete("/v1/accounts/me/identities/none"),
          me -> me.post("/v1/accounts/me:rename", Map.of("username", Names.fresh())),
          me ->
              me.post(
                  "/v1/accounts/me:upgradeGuest",
                  Map.of("username", Names.fresh(), "password", Client.PASSWORD)),
          me -> me.get("/v1/accounts/me/export"),
          me -> me.post("/v1/tickets", Map.of("serverId", "nowhere")),
          me -> me.delete("/v1/accounts/me"));

  @Test
  void anAccessTokenAloneTakesNoAccountOver() {
    try (Usercenter service =
        Usercenter.start(
            Backends.mysql(), Backends.redis(), "usercenter.sessions.owner-proof=true")) {
      Answer login = service.players().register(Names.fresh()).expect(201);
      Answer another = service.players().register(Names.fresh()).expect(201);
      Client thief = service.players().bearer(login.text("/accessToken"));
      Client liar = thief.with("X-Refresh-Token", another.text("/refreshToken"));
      Client owner = thief.with("X-Refresh-Token", login.text("/refreshToken"));
      for (Function<Client, Answer> ask : OF_OWNERS) {
        for (Client refused : List.of(thief, liar, thief.with("X-Refresh-Token", "ucr_nothing"))) {
          ask.apply(refused).expectProblem(403, "REFRESH_TOKEN_NEEDED");
        }
        assertThat(ask.apply(owner).status()).isNotIn(401, 403, 500, 503);
      }
    }
  }
}
