package io.usercenter.channel;

import org.jspecify.annotations.Nullable;

/** What a channel says of somebody. */
public sealed interface Recognition {
  /**
   * It knows him.
   *
   * @param subject its id for him, which never changes: 1 to 255 printable ASCII characters
   * @param displayName what it calls him; null when it does not say
   */
  record Known(String subject, @Nullable String displayName) implements Recognition {}

  /**
   * It does not vouch for him.
   *
   * @param why for a developer; no secret
   */
  record Refused(String why) implements Recognition {}

  /**
   * It could not be asked.
   *
   * @param why for a developer; no secret
   */
  record Unavailable(String why) implements Recognition {}

  /** This deployment has no such channel. */
  record NoSuchChannel() implements Recognition {}
}
