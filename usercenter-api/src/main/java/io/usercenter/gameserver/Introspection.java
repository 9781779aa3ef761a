package io.usercenter.gameserver;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.id.UserId;
import io.usercenter.session.Restriction;
import io.usercenter.session.SessionId;
import io.usercenter.session.TokenCheck;
import io.usercenter.token.AccessToken;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a game server learns of a token (RFC 7662 section 2.2). A dead token is an answer, not an
 * error.
 *
 * @param active whether the player may play
 * @param reason why not; absent when active
 * @param sub the user id, as in the token
 * @param exp seconds since 1970
 * @param iat seconds since 1970
 * @param bans servers and features that the player is kept from; absent when there are none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Introspection(
    boolean active,
    @Nullable String reason,
    @JsonProperty("token_type") @Nullable String tokenType,
    @Nullable String sub,
    @Nullable UserId userId,
    @Nullable SessionId sid,
    @Nullable Integer epoch,
    @Nullable String chn,
    @Nullable String dev,
    @Nullable Long exp,
    @Nullable Long iat,
    @Nullable String jti,
    @Nullable List<BanView> bans) {

  static Introspection of(TokenCheck check) {
    return switch (check) {
      case TokenCheck.Refused(String reason) ->
          new Introspection(
              false, reason, null, null, null, null, null, null, null, null, null, null, null);
      case TokenCheck.Active(AccessToken token, List<Restriction> restrictions) ->
          new Introspection(
              true,
              null,
              "Bearer",
              token.userId().toString(),
              token.userId(),
              new SessionId(token.sessionId()),
              token.epoch(),
              token.channel(),
              token.deviceClass(),
              token.expiresAt().getEpochSecond(),
              token.issuedAt().getEpochSecond(),
              token.tokenId(),
              restrictions.isEmpty() ? null : restrictions.stream().map(BanView::of).toList());
    };
  }

  /**
   * What the player is banned from.
   *
   * @param scope {@code SERVER} or {@code FEATURE}
   * @param target the server id or the feature
   * @param until absent for ever
   */
  @Schema(name = "ServerBanView")
  record BanView(String scope, String target, String reasonCode, @Nullable Instant until) {
    static BanView of(Restriction restriction) {
      return new BanView(
          restriction.scope(), restriction.target(), restriction.reasonCode(), restriction.until());
    }
  }
}
