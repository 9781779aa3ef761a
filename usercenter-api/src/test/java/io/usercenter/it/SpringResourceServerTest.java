package io.usercenter.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usercenter.testkit.Backends;
import io.usercenter.testkit.TcpProxy;
import io.usercenter.token.TokenType;
import io.usercenter.token.TokenVerifier;
import io.usercenter.token.Verification;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoders;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;

/** Spring Security's resource server, as it is, with what its makers say it needs. */
class SpringResourceServerTest {
  @Test
  void anOffTheShelfResourceServerNeedsTheIssuerOnly() throws Exception {
    try (TcpProxy issuer = TcpProxy.to(1);
        Usercenter service = service(issuer, "usercenter.sessions.token-type=JWT")) {
      Answer login = service.players().register(Names.fresh()).expect(201);
      String token = login.text("/accessToken");
      // What spring.security.oauth2.resourceserver.jwt.issuer-uri makes.
      JwtDecoder decoder = JwtDecoders.fromIssuerLocation(urlOf(issuer));

      Authentication player = authenticate(decoder, token);

      assertThat(player.isAuthenticated()).isTrue();
      assertThat(player.getName()).isEqualTo(login.text("/account/userId"));
      int body = token.indexOf('.') + 5;
      char other = token.charAt(body) == 'A' ? 'B' : 'A';
      assertRefused(decoder, token.substring(0, body) + other + token.substring(body + 1));

      // Ours take it too: the service at once, the verifier when it is told.
      service.players().bearer(token).get("/v1/accounts/me").expect(200);
      try (TokenVerifier verifier =
          GameServers.verifier(service).issuer(urlOf(issuer)).tokenType(TokenType.JWT).build()) {
        assertThat(verifier.awaitReady(Duration.ofSeconds(30))).isTrue();
        assertThat(verifier.verify(token)).isInstanceOf(Verification.Verified.class);
      }
    }
  }

  @Test
  void byDefaultItHasToBeToldOfTheType() throws Exception {
    try (TcpProxy issuer = TcpProxy.to(1);
        Usercenter service = service(issuer)) {
      Answer keys = service.players().get("/.well-known/jwks.json").expect(200);
      assertThat(keys.header("Cache-Control")).contains("max-age=300").contains("public");
      String token = service.players().register(Names.fresh()).expect(201).text("/accessToken");
      assertRefused(JwtDecoders.fromIssuerLocation(urlOf(issuer)), token);
      assertThat(authenticate(asInTheGuide(urlOf(issuer)), token).isAuthenticated()).isTrue();
    }
  }

  private static String urlOf(TcpProxy issuer) {
    return "http://" + issuer.address();
  }

  private static Usercenter service(TcpProxy issuer, String... more) {
    String[] settings = new String[more.length + 1];
    System.arraycopy(more, 0, settings, 0, more.length);
    settings[more.length] = "usercenter.sessions.issuer=" + urlOf(issuer);
    Usercenter service = Usercenter.start(Backends.mysql(), Backends.redis(), settings);
    issuer.lay(service.players().port());
    return service;
  }

  /** As {@code docs/game-server-guide.md} says. */
  private static JwtDecoder asInTheGuide(String issuer) {
    NimbusJwtDecoder decoder =
        NimbusJwtDecoder.withJwkSetUri(issuer + "/.well-known/jwks.json")
            .jwsAlgorithm(SignatureAlgorithm.ES256)
            .build();
    decoder.setJwtValidator(
        new DelegatingOAuth2TokenValidator<>(
            new JwtTypeValidator("at+jwt"),
            new JwtTimestampValidator(),
            new JwtIssuerValidator(issuer),
            new JwtClaimValidator<List<String>>(
                "aud", aud -> aud != null && aud.contains("games"))));
    return decoder;
  }

  private static Authentication authenticate(JwtDecoder decoder, String token) {
    return new JwtAuthenticationProvider(decoder)
        .authenticate(new BearerTokenAuthenticationToken(token));
  }

  private static void assertRefused(JwtDecoder decoder, String token) {
    assertThatThrownBy(() -> authenticate(decoder, token))
        .isInstanceOf(InvalidBearerTokenException.class);
  }
}
