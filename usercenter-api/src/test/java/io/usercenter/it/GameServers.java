package io.usercenter.it;

import io.usercenter.token.TokenVerifier;
import java.util.List;
import java.util.Map;

/** What game servers embed. */
final class GameServers {
  private GameServers() {}

  /** A verifier with a credential of its own that follows this instance. */
  static TokenVerifier.Builder verifier(Usercenter at) {
    Answer credential =
        at.operator()
            .post("/admin/v1/service-credentials", Map.of("name", "v", "serverIds", List.of("*")))
            .expect(201);
    return TokenVerifier.builder()
        .issuer("http://127.0.0.1:8080")
        .address(at.players().base())
        .audience("games")
        .serviceCredential(credential.text("/credentialId"), credential.text("/secret"));
  }
}
