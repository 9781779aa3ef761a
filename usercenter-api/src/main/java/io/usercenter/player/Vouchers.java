package io.usercenter.player;

import io.usercenter.channel.ChannelCode;
import io.usercenter.channel.Channels;
import io.usercenter.channel.Recognition;
import io.usercenter.identity.Identity;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Secret;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Finds out who somebody is by what his client got from his device or from a channel. */
final class Vouchers {
  private static final int SHORTEST_DEVICE_ID = 16;
  private static final int LONGEST_DEVICE_ID = 128;
  private static final int LONGEST_CODE = 4096;
  private static final int LONGEST_NAME = 64;
  private static final Duration SOON = Duration.ofSeconds(1);

  private final Channels channels;

  Vouchers(Channels channels) {
    this.channels = channels;
  }

  /**
   * A guest's device.
   *
   * @param deviceId 16 to 128 characters; lets in whoever knows it, so a client draws 128 random
   *     bits at its first start
   */
  Identity device(@Nullable Secret deviceId) {
    if (deviceId == null
        || deviceId.value().length() < SHORTEST_DEVICE_ID
        || deviceId.value().length() > LONGEST_DEVICE_ID) {
      throw ApiException.invalid("deviceId", "must have 16 to 128 characters, drawn at random");
    }
    return Identity.ofDevice(deviceId.value());
  }

  /** A channel's player. */
  Newcomer channel(@Nullable String channel, @Nullable Secret code, ChannelExtras extras) {
    if (channel == null) {
      throw ApiException.invalid("channel", "is missing");
    }
    if (code == null || code.value().isEmpty() || code.value().length() > LONGEST_CODE) {
      throw ApiException.invalid("code", "must have 1 to 4096 characters");
    }
    Secret verifier = extras.codeVerifier();
    ChannelCode given =
        new ChannelCode(
            code.value(),
            verifier == null ? null : verifier.value(),
            extras.redirectUri(),
            extras.nonce());
    return switch (channels.recognise(channel, given)) {
      case Recognition.Known(String subject, String displayName) ->
          new Newcomer(Identity.of(channel, subject), shortened(displayName));
      case Recognition.Refused(String why) ->
          throw new ApiException(ErrorCode.CHANNEL_REFUSED, why);
      case Recognition.Unavailable(String why) ->
          throw new ApiException(ErrorCode.CHANNEL_UNAVAILABLE, why).retryAfter(SOON);
      case Recognition.NoSuchChannel() ->
          throw new ApiException(
              ErrorCode.CHANNEL_NOT_OFFERED, "no login by channel " + channel + " is offered here");
    };
  }

  private static @Nullable String shortened(@Nullable String name) {
    if (name == null || name.isBlank()) {
      return null;
    }
    int length = name.codePointCount(0, name.length());
    return length <= LONGEST_NAME
        ? name
        : name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME));
  }

  /**
   * Somebody whom a channel vouches for.
   *
   * @param displayName what the channel calls him; null when it does not say
   */
  record Newcomer(Identity identity, @Nullable String displayName) {}

  /** What only some channels need; see {@link ChannelCode}. */
  record ChannelExtras(
      @Nullable Secret codeVerifier, @Nullable String redirectUri, @Nullable String nonce) {}
}
