package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.usercenter.testkit.Backends;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** What resource servers and clients of other makers find: RFC 7009, RFC 7662, RFC 8414. */
class OAuthTest {
  private static Usercenter service;
  private static Client players;

  @BeforeAll
  static void start() {
    service = Usercenter.start(Backends.mysql(), Backends.redis());
    players = service.players();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void theMetadataLeadToEverythingAResourceServerNeeds() {
    Answer metadata = players.get("/.well-known/oauth-authorization-server").expect(200);

    assertThat(metadata.header("Cache-Control")).contains("max-age=300");
    assertThat(metadata.text("/issuer")).isEqualTo("http://127.0.0.1:8080");
    assertThat(metadata.text("/introspection_endpoint_auth_methods_supported/0"))
        .isEqualTo("client_secret_basic");
    String token = register();
    Jwt jwt = decoder(URI.create(metadata.text("/jwks_uri"))).decode(token);
    assertThat(jwt.getClaimAsString("iss")).isEqualTo(metadata.text("/issuer"));
    URI introspection = URI.create(metadata.text("/introspection_endpoint"));
    assertThat(active(introspection, token)).isTrue();
    revoke(URI.create(metadata.text("/revocation_endpoint")), token).expect(200);
    assertThat(active(introspection, token)).isFalse();
  }

  @Test
  void aRefreshTokenThatIsTakenBackEndsTheSession() {
    Answer login = players.register(Names.fresh()).expect(201);
    revoke(URI.create("/v1/tokens:revoke"), login.text("/refreshToken")).expect(200);
    players.refresh(login.text("/refreshToken")).expectProblem(401, "SESSION_ENDED");
    assertThat(active(URI.create("/server/v1/tokens:introspect"), login.text("/accessToken")))
        .isFalse();
  }

  @Test
  void aTokenThatIsNoGoodIsTakenBackAllTheSame() {
    URI endpoint = URI.create("/v1/tokens:revoke");
    revoke(endpoint, "nonsense").expect(200);
    String token = register();
    revoke(endpoint, token.substring(0, token.length() - 4) + "AAAA").expect(200);
    assertThat(active(URI.create("/server/v1/tokens:introspect"), token)).as("untouched").isTrue();
    revoke(endpoint, token).expect(200);
    revoke(endpoint, token).expect(200);
    players
        .postText("/v1/tokens:revoke", "application/x-www-form-urlencoded", "")
        .expectProblem(400, "MALFORMED_REQUEST");
  }

  private static String register() {
    return players.register(Names.fresh()).expect(201).text("/accessToken");
  }

  private static Answer revoke(URI endpoint, String token) {
    return players.postText(endpoint.getPath(), "application/x-www-form-urlencoded", form(token));
  }

  private static boolean active(URI endpoint, String token) {
    return service
        .gameServer("*")
        .postText(endpoint.getPath(), "application/x-www-form-urlencoded", form(token))
        .expect(200)
        .json()
        .at("/active")
        .booleanValue();
  }

  private static String form(String token) {
    return "token=" + URLEncoder.encode(token, StandardCharsets.UTF_8) + "&token_type_hint=x";
  }

  private static NimbusJwtDecoder decoder(URI jwks) {
    NimbusJwtDecoder decoder =
        NimbusJwtDecoder.withJwkSetUri(players.base() + jwks.getPath())
            .jwsAlgorithm(SignatureAlgorithm.ES256)
            .build();
    decoder.setJwtValidator(new JwtTypeValidator("at+jwt"));
    return decoder;
  }
}
