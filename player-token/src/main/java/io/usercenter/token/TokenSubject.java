package io.usercenter.token;

import io.usercenter.id.UserId;

/**
 * Whom a token is minted for.
 *
 * @param sessionId positive
 * @param epoch the user's {@code auth_epoch} as read in the transaction that allows the token
 * @param channel up to 64 characters, empty if none
 * @param deviceClass up to 64 characters, empty if unknown
 */
public record TokenSubject(
    UserId userId, long sessionId, int epoch, String channel, String deviceClass) {
  private static final int LONGEST_TEXT = 64;

  public TokenSubject {
    check(sessionId, epoch, channel, deviceClass);
  }

  static void check(long sessionId, int epoch, String channel, String deviceClass) {
    if (sessionId <= 0) {
      throw new IllegalArgumentException("session id must be positive, was " + sessionId);
    }
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch must not be negative, was " + epoch);
    }
    if (channel.length() > LONGEST_TEXT || deviceClass.length() > LONGEST_TEXT) {
      throw new IllegalArgumentException(
          "channel and device class must have at most %d characters, had %d and %d"
              .formatted(LONGEST_TEXT, channel.length(), deviceClass.length()));
    }
  }
}
