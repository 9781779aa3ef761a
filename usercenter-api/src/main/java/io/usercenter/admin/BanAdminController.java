package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.usercenter.ban.Ban;
import io.usercenter.ban.BanId;
import io.usercenter.ban.BanOrder;
import io.usercenter.ban.BanScope;
import io.usercenter.ban.Bans;
import io.usercenter.id.UserId;
import io.usercenter.idempotency.AboutUser;
import io.usercenter.idempotency.Idempotent;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.scope.Scope;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Future;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Banning and lifting. */
@RestController
final class BanAdminController {
  private final Bans bans;
  private final AdminActions actions;
  private final InstantSource clock;

  BanAdminController(Bans bans, AdminActions actions, InstantSource clock) {
    this.bans = bans;
    this.actions = actions;
    this.clock = clock;
  }

  @Operation(
      summary = "Ban a player from everything, from one game server or from one feature",
      description =
          "Needs `BAN_WRITE`: for that game server, else for the whole account. A ban of the"
              + " account ends its sessions and access tokens when it begins. Without an"
              + " `Idempotency-Key` the same request makes a second ban.")
  @Idempotent
  @PostMapping("/admin/v1/bans")
  @ResponseStatus(HttpStatus.CREATED)
  Ban ban(Operator operator, @Valid @RequestBody NewBan body) {
    BanOrder order = body.order(clock.instant(), operator.name());
    return actions.run(
        operator,
        Permission.BAN_WRITE,
        "BAN",
        body.userId(),
        order.inWords(),
        scope ->
            bans.ban(scope, body.userId(), order)
                .orElseThrow(
                    () ->
                        new ApiException(
                            ErrorCode.ACCOUNT_NOT_FOUND,
                            "no account has the id " + body.userId())));
  }

  @Operation(
      summary = "Lift a ban; lifting it again changes nothing",
      description =
          "Needs `BAN_WRITE`: for the game server of the ban, else for the whole account.")
  @Idempotent
  @PostMapping("/admin/v1/bans/{banId}:lift")
  Ban lift(Operator operator, @PathVariable BanId banId) {
    Scope found = actions.require(operator, Permission.BAN_WRITE, "LIFT_BAN", null);
    UserId owner = bans.ownerOf(found, banId).orElseThrow(() -> noBan(banId));
    return actions.run(
        operator,
        Permission.BAN_WRITE,
        "LIFT_BAN",
        owner,
        "ban " + banId,
        scope -> bans.lift(scope, owner, banId, operator.name()).orElseThrow(() -> noBan(banId)));
  }

  private static ApiException noBan(BanId banId) {
    return new ApiException(ErrorCode.BAN_NOT_FOUND, "no ban has the id " + banId);
  }

  /**
   * @param scope default {@code ACCOUNT}
   * @param target the server id or the feature; absent for the scope {@code ACCOUNT}
   * @param reasonCode for machines: 1 to 32 of A-Z 0-9 _
   * @param message for the player, up to 255 characters
   * @param from RFC 3339; absent, or a time that has passed, means at once
   * @param until RFC 3339; absent for ever
   */
  record NewBan(
      @NotNull(message = "is missing") UserId userId,
      @Nullable BanScope scope,
      @Nullable String target,
      @NotNull(message = "is missing")
          @Pattern(regexp = "[A-Z0-9_]{1,32}", message = "must be 1 to 32 of A-Z 0-9 _")
          String reasonCode,
      @Nullable @Size(max = 255, message = "must have at most 255 characters") String message,
      @Nullable Instant from,
      @Nullable @Future(message = "must be in the future") Instant until)
      implements BanTerms, AboutUser {}
}
