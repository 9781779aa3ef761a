package io.usercenter.channel;

import org.jspecify.annotations.Nullable;

/** A channel did not do its part: it is away, slow, or says what nobody can understand. */
final class ChannelFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param why for a developer; no secret
   */
  ChannelFault(String why, @Nullable Throwable cause) {
    super(why, cause);
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
