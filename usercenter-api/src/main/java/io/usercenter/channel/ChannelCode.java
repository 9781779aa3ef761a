package io.usercenter.channel;

import org.jspecify.annotations.Nullable;

/**
 * What a channel's login gave to the client. Its text form is redacted.
 *
 * @param code for the channel to redeem, 1 to 4096 characters
 * @param codeVerifier the client's half of PKCE (RFC 7636 section 4.1); null when the channel does
 *     not use it
 * @param redirectUri where the channel sent the code; null for the configured one
 * @param nonce what the client asked the channel to put into the ID token; null: none
 */
public record ChannelCode(
    String code,
    @Nullable String codeVerifier,
    @Nullable String redirectUri,
    @Nullable String nonce) {
  @Override
  public String toString() {
    return "[REDACTED]";
  }
}
