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
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** A player's own sessions, and the keys to check his tokens with. */
@RestController
final class SessionController {
  private final Sessions sessions;

  SessionController(Sessions sessions) {
    this.sessions = sessions;
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
   * How many sessions were ended.
   *
   * @param ended 0 or more
   */
  record Ended(int ended) {}
}
