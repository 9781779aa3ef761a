package io.usercenter.session;

import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Open;
import io.usercenter.token.RevocationReason;
import java.time.Duration;
import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** A player's own sessions, and the keys to check his tokens with. */
@RestController
final class SessionController {
  private final Sessions sessions;
  private final SessionSettings settings;

  SessionController(Sessions sessions, SessionSettings settings) {
    this.sessions = sessions;
    this.settings = settings;
  }

  @GetMapping("/v1/sessions")
  SessionList mine(Player player) {
    return new SessionList(player.sessionId(), sessions.of(player.userId()));
  }

  /** Logs out. The access token is refused from then on, for this request too. */
  @DeleteMapping("/v1/sessions/current")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void logout(Player player) {
    sessions.end(player.userId(), player.sessionId(), RevocationReason.LOGOUT);
  }

  @DeleteMapping("/v1/sessions/others")
  Ended logoutOthers(Player player) {
    return new Ended(sessions.endOthers(player.userId(), player.sessionId()));
  }

  @DeleteMapping("/v1/sessions/{sessionId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void end(Player player, @PathVariable SessionId sessionId) {
    if (!sessions.end(player.userId(), sessionId, RevocationReason.LOGOUT)) {
      throw new ApiException(
          ErrorCode.SESSION_NOT_FOUND, "you have no session " + sessionId + " that is alive");
    }
  }

  /**
   * Takes a token back (RFC 7009): the session of a refresh or access token ends. A token that is
   * not good is answered alike, because it is what was asked for.
   */
  @Open("whoever has a token may give it back")
  @PostMapping(value = "/v1/tokens:revoke", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
  void revoke(@RequestParam String token) {
    sessions.giveBack(token);
  }

  /** What this service offers to clients of OAuth 2.0 (RFC 8414 section 2). */
  @Open("says where public things are")
  @GetMapping("/.well-known/oauth-authorization-server")
  ResponseEntity<AuthorizationServer> metadata() {
    return ResponseEntity.ok()
        .cacheControl(CacheControl.maxAge(Duration.ofMinutes(5)).cachePublic())
        .body(AuthorizationServer.of(settings.issuer()));
  }

  @Open("public keys are public")
  @GetMapping(value = "/.well-known/jwks.json", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<String> jwks() {
    return ResponseEntity.ok()
        .cacheControl(CacheControl.maxAge(Duration.ofMinutes(5)).cachePublic())
        .body(sessions.jwksJson());
  }

  /**
   * The sessions of a player.
   *
   * @param current the one that asks
   */
  record SessionList(SessionId current, List<Session> sessions) {}

  /**
   * No grant of OAuth 2.0 is offered, so there is no token endpoint; who logs in does it at {@code
   * /v1/sessions}. What is here is for resource servers.
   *
   * @param issuer {@code iss} of the access tokens
   * @param jwksUri the keys to check them with
   * @param introspectionEndpoint RFC 7662
   * @param introspectionEndpointAuthMethodsSupported service credentials
   * @param revocationEndpoint RFC 7009
   * @param revocationEndpointAuthMethodsSupported whoever has the token
   * @param responseTypesSupported no authorization endpoint
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record AuthorizationServer(
      String issuer,
      String jwksUri,
      String introspectionEndpoint,
      List<String> introspectionEndpointAuthMethodsSupported,
      String revocationEndpoint,
      List<String> revocationEndpointAuthMethodsSupported,
      List<String> responseTypesSupported) {
    static AuthorizationServer of(String issuer) {
      return new AuthorizationServer(
          issuer,
          issuer + "/.well-known/jwks.json",
          issuer + "/server/v1/tokens:introspect",
          List.of("client_secret_basic"),
          issuer + "/v1/tokens:revoke",
          List.of("none"),
          List.of("none"));
    }
  }

  /**
   * How many sessions were ended.
   *
   * @param ended 0 or more
   */
  record Ended(int ended) {}
}
