package io.usercenter.token;

import io.usercenter.id.UserId;
import java.time.Instant;

/**
 * What an access token says.
 *
 * @param userId whose token it is
 * @param sessionId the session it was issued in; a session outlives many access tokens
 * @param epoch the user's {@code auth_epoch} at issue, from 0; raising it ends all tokens below
 * @param channel the sales channel of the session, empty if none
 * @param deviceClass for example {@code mobile}, empty if unknown
 * @param issuedAt whole seconds
 * @param expiresAt whole seconds; the token is refused from then on, but for the verifier's leeway
 * @param tokenId unique per token
 */
public record AccessToken(
    UserId userId,
    long sessionId,
    int epoch,
    String channel,
    String deviceClass,
    Instant issuedAt,
    Instant expiresAt,
    String tokenId) {
  public AccessToken {
    TokenSubject.check(sessionId, epoch, channel, deviceClass);
    if (!expiresAt.isAfter(issuedAt)) {
      throw new IllegalArgumentException(
          "a token must expire after its issue, got " + issuedAt + " to " + expiresAt);
    }
    if (tokenId.isEmpty() || tokenId.length() > 64) {
      throw new IllegalArgumentException("token id must have 1 to 64 characters");
    }
  }
}
