package io.usercenter.player;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.account.AccountStatus;
import io.usercenter.account.Accounts;
import io.usercenter.account.Password;
import io.usercenter.account.ProfileChange;
import io.usercenter.deletion.Deletions;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ClientAddress;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.OwnersOnly;
import io.usercenter.platform.PersonalExport;
import io.usercenter.platform.Secret;
import io.usercenter.session.Player;
import jakarta.validation.Valid;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** What a player may do with his account as a whole. */
@RestController
final class AccountLifeController {
  private static final String MERGE_PATCH = "application/merge-patch+json"; // RFC 7396 section 4

  private final Accounts accounts;
  private final Logins logins;
  private final Deletions deletions;
  private final PersonalExport export;

  AccountLifeController(
      Accounts accounts, Logins logins, Deletions deletions, PersonalExport export) {
    this.accounts = accounts;
    this.logins = logins;
    this.deletions = deletions;
    this.export = export;
  }

  @Operation(
      summary = "Change the names and the profile by a JSON merge patch (RFC 7396)",
      description =
          "What is absent stays, `null` removes; `displayName` cannot be removed. All of it is"
              + " changed or nothing: `400 VALIDATION_FAILED` lists every field that cannot be"
              + " accepted, unknown ones included. A username is changed by `:rename`.")
  @PatchMapping(
      value = "/v1/accounts/me",
      consumes = {MERGE_PATCH, MediaType.APPLICATION_JSON_VALUE})
  @io.swagger.v3.oas.annotations.parameters.RequestBody(
      content = {
        @Content(
            mediaType = MERGE_PATCH,
            schema = @Schema(implementation = ProfilePatch.Body.class)),
        @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE,
            schema = @Schema(implementation = ProfilePatch.Body.class))
      })
  Login.AccountView change(Player player, @RequestBody ObjectNode body) {
    ProfileChange change = ProfilePatch.read(body);
    return accounts
        .show(player.userId(), change)
        .map(Login.AccountView::of)
        .orElseThrow(AccountLifeController::gone);
  }

  @Operation(
      summary = "Export all that is kept about the player",
      description = "One section for each kind of data.")
  @OwnersOnly
  @GetMapping("/v1/accounts/me/export")
  PersonalExport.Export export(Player player) {
    if (accounts.byId(player.userId()).isEmpty()) {
      throw gone();
    }
    return export.of(player.userId());
  }

  @Operation(
      summary = "Have the player's account erased after the cooling-off; its sessions end now",
      description =
          "Needs `currentPassword` or, for who has none or cannot send a body with `DELETE`, a"
              + " session that was opened within the last ten minutes"
              + " (`usercenter.deletion.fresh-session`): `403 FRESH_LOGIN_NEEDED`. Until"
              + " `eraseAfter` a login gets `403 ACCOUNT_DELETION_PENDING`, and"
              + " `/v1/accounts:restore` brings the account back.")
  @OwnersOnly
  @DeleteMapping("/v1/accounts/me")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Leaving delete(
      Player player,
      @Valid @RequestBody(required = false) @Nullable Confirmation body,
      ClientAddress from) {
    Secret password = body == null ? null : body.currentPassword();
    Instant eraseAfter =
        password == null
            ? deletions
                .requestFrom(player.userId(), player.sessionId())
                .orElseThrow(
                    () ->
                        new ApiException(
                            ErrorCode.FRESH_LOGIN_NEEDED,
                            "send currentPassword, or log in and use the new session"))
            : logins
                .delete(player, new Password(password.value()), from)
                .orElseThrow(
                    () ->
                        new ApiException(
                            ErrorCode.CURRENT_PASSWORD_WRONG,
                            "the current password is another one"));
    return new Leaving(AccountStatus.PENDING_DELETION, eraseAfter);
  }

  private static ApiException gone() {
    return new ApiException(ErrorCode.ACCOUNT_NOT_FOUND, "this account is gone");
  }

  /**
   * @param currentPassword absent: the session itself must be fresh
   */
  record Confirmation(@Nullable Secret currentPassword) {}

  /**
   * @param eraseAfter until then {@code POST /v1/accounts:restore} brings it back
   */
  record Leaving(AccountStatus status, Instant eraseAfter) {}
}
