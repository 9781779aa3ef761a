package io.usercenter.player;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.account.Account;
import io.usercenter.account.Profile;
import io.usercenter.ban.Ban;
import io.usercenter.ban.BanScope;
import io.usercenter.id.UserId;
import io.usercenter.role.PlayerRoles;
import io.usercenter.role.Role;
import io.usercenter.session.SessionTokens;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to registering, logging in and refreshing. Its text form is redacted.
 *
 * @param tokenType {@code Bearer} (RFC 6750)
 * @param expiresIn seconds until the access token ends
 * @param roles the player's characters on all game servers, last used first
 * @param lastServerId where he played last; absent when he never did
 * @param bans servers and features that he is kept from; absent when there are none
 * @param serverTimeMs ms since 1970, to set the client's clock by
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Login(
    String accessToken,
    String tokenType,
    long expiresIn,
    String refreshToken,
    AccountView account,
    List<RoleView> roles,
    @Nullable String lastServerId,
    @Nullable List<BanView> bans,
    long serverTimeMs)
    implements RefreshAnswer {

  static Login of(
      SessionTokens tokens, Account account, PlayerRoles roles, List<Ban> bans, Instant now) {
    return new Login(
        tokens.accessToken(),
        "Bearer",
        tokens.expiresInSeconds(),
        tokens.refreshToken(),
        AccountView.of(account),
        roles.roles().stream().map(RoleView::of).toList(),
        roles.lastServer() == null ? null : roles.lastServer().value(),
        BanView.of(bans),
        now.toEpochMilli());
  }

  @Override
  public String toString() {
    return "Login[account=" + account + ", [REDACTED]]";
  }

  /**
   * An account as its player sees it.
   *
   * @param username canonical
   * @param displayName as sent when registering, else the username as typed
   * @param profile absent when he says nothing of himself
   * @param shard two digits
   */
  record AccountView(
      UserId userId,
      String username,
      String displayName,
      @Nullable String nickname,
      @Nullable Profile profile,
      String channel,
      String shard,
      Instant registeredAt) {
    static AccountView of(Account account) {
      return new AccountView(
          account.userId(),
          account.username(),
          account.displayName(),
          account.nickname(),
          account.profile(),
          account.channel(),
          account.userId().shard().toString(),
          account.registerTime());
    }
  }

  /** A character as its player sees it. */
  record RoleView(
      String roleId,
      String serverId,
      String name,
      int level,
      String job,
      long power,
      String channel,
      @Nullable Instant lastLoginAt) {
    static RoleView of(Role role) {
      return new RoleView(
          role.roleId().value(),
          role.serverId().value(),
          role.name(),
          role.level(),
          role.job(),
          role.power(),
          role.channel(),
          role.lastLoginAt());
    }
  }

  /**
   * A ban as its player sees it.
   *
   * @param scope {@code SERVER} or {@code FEATURE}
   * @param target the server id or the feature
   * @param message for the player; may be empty
   * @param until absent for ever
   */
  @Schema(name = "PlayerBanView")
  record BanView(
      BanScope scope, String target, String reasonCode, String message, @Nullable Instant until) {
    /** Null for none: the member is absent then. */
    static @Nullable List<BanView> of(List<Ban> bans) {
      return bans.isEmpty() ? null : bans.stream().map(BanView::of).toList();
    }

    private static BanView of(Ban ban) {
      return new BanView(ban.scope(), ban.target(), ban.reasonCode(), ban.message(), ban.until());
    }
  }
}
