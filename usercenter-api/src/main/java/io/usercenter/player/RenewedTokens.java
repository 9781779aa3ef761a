package io.usercenter.player;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.usercenter.ban.Ban;
import io.usercenter.session.SessionTokens;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Login} for who knows the account and its characters. Its text form is redacted.
 *
 * @param tokenType {@code Bearer} (RFC 6750)
 * @param expiresIn seconds until the access token ends
 * @param bans servers and features that he is kept from; absent when there are none
 * @param serverTimeMs ms since 1970, to set the client's clock by
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RenewedTokens(
    String accessToken,
    String tokenType,
    long expiresIn,
    String refreshToken,
    @Nullable List<Login.BanView> bans,
    long serverTimeMs)
    implements RefreshAnswer {

  static RenewedTokens of(SessionTokens tokens, List<Ban> bans, Instant now) {
    return new RenewedTokens(
        tokens.accessToken(),
        "Bearer",
        tokens.expiresInSeconds(),
        tokens.refreshToken(),
        Login.BanView.of(bans),
        now.toEpochMilli());
  }

  @Override
  public String toString() {
    return "RenewedTokens[[REDACTED]]";
  }
}
