package io.usercenter.session;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Open;
import io.usercenter.token.RevocationReason;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

/** A player's own sessions, and the keys to check his tokens with. */
@RestController
final class SessionController {
  private final Sessions sessions;
  private final SessionSettings settings;

  SessionController(Sessions sessions, SessionSettings settings) {
    this.sessions = sessions;
    this.settings = settings;
  }

  @Operation(summary = "List the newest 100 sessions of the player, ended ones included")
  @GetMapping("/v1/sessions")
  SessionList mine(Player player) {
    return new SessionList(player.sessionId(), sessions.of(player.userId()));
  }

  @Operation(
      summary = "Log out: end the session of this access token",
      description =
          "The access token is refused from then on. `401 TOKEN_REJECTED` for a repeated request"
              + " means that it is done.")
  @DeleteMapping("/v1/sessions/current")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void logout(Player player) {
    sessions.end(player.userId(), player.sessionId(), RevocationReason.LOGOUT);
  }

  @Operation(summary = "End all sessions of the player but the one that asks")
  @DeleteMapping("/v1/sessions/others")
  Ended logoutOthers(Player player) {
    return new Ended(sessions.endOthers(player.userId(), player.sessionId()));
  }

  @Operation(
      summary = "End one session of the player",
      description = "`404 SESSION_NOT_FOUND`: he has none of this id that is still alive.")
  @DeleteMapping("/v1/sessions/{sessionId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void end(Player player, @PathVariable SessionId sessionId) {
    if (!sessions.end(player.userId(), sessionId, RevocationReason.LOGOUT)) {
      throw new ApiException(
          ErrorCode.SESSION_NOT_FOUND, "you have no session " + sessionId + " that is alive");
    }
  }

  @Operation(
      summary = "Give a refresh or access token back, which ends its session (RFC 7009)",
      description =
          "Needs no login. A token that is not good is answered alike, because that is what was"
              + " asked for.")
  @Open("whoever has a token may give it back")
  @PostMapping(value = "/v1/tokens:revoke", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
  void revoke(@RequestParam String token) {
    sessions.giveBack(token);
  }

  @Operation(
      summary = "Tell where keys, introspection and revocation are (RFC 8414)",
      description =
          "No grant of OAuth 2.0 is offered, so there is no token endpoint: players log in at"
              + " `/v1/sessions`. May be kept for five minutes.")
  @Open("says where public things are")
  @GetMapping("/.well-known/oauth-authorization-server")
  ResponseEntity<AuthorizationServer> metadata() {
    return ResponseEntity.ok()
        .cacheControl(CacheControl.maxAge(Duration.ofMinutes(5)).cachePublic())
        .body(AuthorizationServer.of(settings.issuer()));
  }

  @Operation(
      summary = "The public keys that access tokens are checked with, a JWK Set (RFC 7517)",
      description =
          "May be kept for five minutes: each key is published ten minutes before its first token"
              + " (`usercenter.signing-keys.publish-ahead`). A key that the revocations name by"
              + " `kid` is never to be believed again.",
      responses =
          @ApiResponse(
              responseCode = "200",
              description = "OK",
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = JwkSet.class))))
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
  record AuthorizationServer(
      String issuer,
      @JsonProperty("jwks_uri") String jwksUri,
      @JsonProperty("introspection_endpoint") String introspectionEndpoint,
      @JsonProperty("introspection_endpoint_auth_methods_supported")
          List<String> introspectionEndpointAuthMethodsSupported,
      @JsonProperty("revocation_endpoint") String revocationEndpoint,
      @JsonProperty("revocation_endpoint_auth_methods_supported")
          List<String> revocationEndpointAuthMethodsSupported,
      @JsonProperty("response_types_supported") List<String> responseTypesSupported) {
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

  /** The shape of {@link Sessions#jwksJson}, for the contract. */
  @Schema(name = "JwkSet")
  record JwkSet(@Schema(requiredMode = RequiredMode.REQUIRED) List<Jwk> keys) {}

  /** A public key; which members it has besides the needed ones depends on {@code kty}. */
  @Schema(name = "Jwk")
  record Jwk(
      @Schema(
              requiredMode = RequiredMode.REQUIRED,
              allowableValues = {"EC", "RSA", "OKP"})
          String kty,
      @Schema(
              requiredMode = RequiredMode.REQUIRED,
              allowableValues = {"ES256", "RS256", "EdDSA"})
          String alg,
      @Schema(requiredMode = RequiredMode.REQUIRED, allowableValues = "sig") String use,
      @Schema(requiredMode = RequiredMode.REQUIRED) String kid,
      @Schema(
              description = "Of EC and OKP",
              allowableValues = {"P-256", "Ed25519"})
          @Nullable String crv,
      @Schema(description = "Of EC and OKP, base64url") @Nullable String x,
      @Schema(description = "Of EC, base64url") @Nullable String y,
      @Schema(description = "Of RSA, base64url") @Nullable String n,
      @Schema(description = "Of RSA, base64url") @Nullable String e) {}

  /**
   * How many sessions were ended.
   *
   * @param ended 0 or more
   */
  record Ended(int ended) {}
}
