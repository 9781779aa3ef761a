package io.usercenter.gameserver;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.account.Account;
import io.usercenter.account.AccountStatus;
import io.usercenter.account.Accounts;
import io.usercenter.id.InvalidUsernameException;
import io.usercenter.id.UserId;
import io.usercenter.id.UsernameRules;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Looking up accounts, as a game server sees them. */
@RestController
final class AccountLookupController {
  private final Accounts accounts;
  private final UsernameRules names;

  AccountLookupController(Accounts accounts, UsernameRules names) {
    this.accounts = accounts;
    this.names = names;
  }

  @Operation(
      summary = "Look an account up by its user id",
      description = "May be some seconds old, and says nothing about bans.")
  @GetMapping("/server/v1/accounts/{userId}")
  AccountView byId(GameServer server, @PathVariable UserId userId) {
    return accounts
        .snapshot(userId)
        .map(AccountView::of)
        .orElseThrow(
            () -> new ApiException(ErrorCode.ACCOUNT_NOT_FOUND, "no account has the id " + userId));
  }

  @Operation(
      summary = "Look an account up by its username, as typed",
      description =
          "May be some seconds old, and says nothing about bans. `400 USERNAME_INVALID`: it can be"
              + " nobody's name.")
  @GetMapping("/server/v1/accounts:byName")
  AccountView byName(GameServer server, @RequestParam String name) {
    try {
      return accounts
          .idOf(names.parse(name))
          .flatMap(accounts::snapshot)
          .map(AccountView::of)
          .orElseThrow(
              () -> new ApiException(ErrorCode.ACCOUNT_NOT_FOUND, "no account has this username"));
    } catch (InvalidUsernameException e) {
      throw new ApiException(ErrorCode.USERNAME_INVALID, String.valueOf(e.getMessage()))
          .with("reason", e.code().name());
    }
  }

  /**
   * @param shard two digits
   */
  @Schema(name = "ServerAccountView")
  record AccountView(
      UserId userId,
      String username,
      String displayName,
      @Nullable String nickname,
      String channel,
      AccountStatus status,
      String shard) {
    static AccountView of(Account account) {
      return new AccountView(
          account.userId(),
          account.username(),
          account.displayName(),
          account.nickname(),
          account.channel(),
          account.status(),
          account.userId().shard().toString());
    }
  }
}
