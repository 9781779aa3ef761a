package io.usercenter.session;

import io.usercenter.id.UserId;

/**
 * What a player holds after a login or a refresh. Its text form is redacted.
 *
 * @param accessToken a JWT
 * @param expiresInSeconds how long the access token is good
 * @param refreshToken opaque, {@code ucr_...}
 */
public record SessionTokens(
    UserId userId,
    SessionId sessionId,
    String accessToken,
    long expiresInSeconds,
    String refreshToken) {
  @Override
  public String toString() {
    return "SessionTokens[userId=" + userId + ", sessionId=" + sessionId + ", [REDACTED]]";
  }
}
