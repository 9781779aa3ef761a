package io.usercenter.player;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.usercenter.account.Accounts;
import io.usercenter.account.NewAccount;
import io.usercenter.account.Password;
import io.usercenter.ban.Ban;
import io.usercenter.code.Address;
import io.usercenter.code.Purpose;
import io.usercenter.id.Username;
import io.usercenter.idempotency.Idempotency;
import io.usercenter.idempotency.IdempotencyKey;
import io.usercenter.idempotency.Idempotent;
import io.usercenter.idempotency.KeyScope;
import io.usercenter.idempotency.SentRequest;
import io.usercenter.identity.Identity;
import io.usercenter.password.NewPasswordRules;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ClientAddress;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Open;
import io.usercenter.platform.Preference;
import io.usercenter.platform.Secret;
import io.usercenter.role.PlayerRoles;
import io.usercenter.session.Device;
import io.usercenter.session.Player;
import io.usercenter.throttle.Limited;
import io.usercenter.throttle.RateLimit;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1}: what a game client asks before and after it has a token. */
@RestController
final class PlayerController {
  private static final String DEFAULT_CHANNEL = "default";

  /** Hashing waits 2 s at most, a shard 5 s, a channel 10 s; then the process has died. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Logins logins;
  private final Accounts accounts;
  private final PlayerRoleLists roles;
  private final TypedNames names;
  private final IdentityLogins identityLogins;
  private final Vouchers vouchers;
  private final Idempotency idempotency;
  private final AddressVouchers addresses;

  PlayerController(
      Logins logins,
      Accounts accounts,
      PlayerRoleLists roles,
      TypedNames names,
      IdentityLogins identityLogins,
      Vouchers vouchers,
      Idempotency idempotency,
      AddressVouchers addresses) {
    this.logins = logins;
    this.accounts = accounts;
    this.roles = roles;
    this.names = names;
    this.identityLogins = identityLogins;
    this.vouchers = vouchers;
    this.idempotency = idempotency;
    this.addresses = addresses;
  }

  @Operation(
      summary = "Register a player by name and password, and log him in",
      description =
          "Answers as a login does. With an `Idempotency-Key` the request may be sent again after"
              + " a lost answer; without one `409 USERNAME_TAKEN` may be the player's own first"
              + " attempt.")
  @Open("registering is how a caller becomes known")
  @Limited(RateLimit.REGISTER)
  @PostMapping(value = "/v1/accounts", produces = MediaType.APPLICATION_JSON_VALUE)
  @ResponseStatus(HttpStatus.CREATED)
  Login register(
      @Valid @RequestBody Registration body,
      @RequestHeader(name = IdempotencyKey.HEADER, required = false) @Nullable String key,
      ClientAddress from) {
    Username username = names.parse(body.username());
    Password password = names.newPassword(body.password(), username);
    NewAccount wanted =
        new NewAccount(
            username,
            password,
            body.displayName() == null
                ? null
                : TypedNames.requireShown("displayName", body.displayName()),
            body.channel() == null ? DEFAULT_CHANNEL : body.channel(),
            from.text(),
            body.device() == null ? null : body.device().id(),
            null);
    Device device = body.device() == null ? Device.UNKNOWN : body.device();
    return idempotency.once(
        key,
        KeyScope.of(username, from),
        new SentRequest("POST /v1/accounts", body, PATIENCE),
        Login.class,
        () -> answer(logins.register(wanted, device)));
  }

  @Operation(
      summary = "Log in by password, device, channel or code",
      description =
          "`grant` says by which. Who comes by `device`, `channel` or `code` and has no account"
              + " yet gets one; send an `Idempotency-Key` with these. A login by password needs"
              + " none: it opens another session. `403 ACCOUNT_DELETION_PENDING`: the credentials"
              + " were right, and the same body sent to `/v1/accounts:restore` keeps the account;"
              + " a code is used up by then, so get another one. `403 ACCOUNT_BANNED`: `detail`"
              + " is for the player, `until` absent means for ever. `429 TOO_MANY_ATTEMPTS`:"
              + " nothing was looked at, so do not try again by yourself.")
  @Open("logging in is how a caller becomes known")
  @Limited(RateLimit.LOGIN)
  @PostMapping(value = "/v1/sessions", produces = MediaType.APPLICATION_JSON_VALUE)
  Login login(
      @Valid @RequestBody LoginRequest body,
      @RequestHeader(name = IdempotencyKey.HEADER, required = false) @Nullable String key,
      ClientAddress from) {
    return enter(Entry.LOGIN, body, key, from);
  }

  @Operation(
      summary = "Take back the wish to delete the account, and log in",
      description =
          "Takes the body of a login and answers as one does. An account that is to stay is logged"
              + " in to, so sending it again does no harm. It makes no account: `404"
              + " ACCOUNT_NOT_FOUND` where a login by device, channel or code would make one. Who"
              + " is banned gets his account back, and `403 ACCOUNT_BANNED`.")
  @Open("whoever wants his account back has no session")
  @Limited(RateLimit.LOGIN)
  @PostMapping("/v1/accounts:restore")
  Login restore(
      @Valid @RequestBody LoginRequest body,
      @RequestHeader(name = IdempotencyKey.HEADER, required = false) @Nullable String key,
      ClientAddress from) {
    return enter(Entry.RESTORE, body, key, from);
  }

  private Login enter(Entry entry, LoginRequest body, @Nullable String key, ClientAddress from) {
    SentRequest sent = new SentRequest(entry.request(), body, PATIENCE);
    return switch (body.grant()) {
      case "device" -> {
        Identity device = vouchers.device(body.deviceId());
        yield idempotency.once(
            key,
            KeyScope.ofIdentity(device.key(), from),
            sent,
            Login.class,
            () -> byDevice(entry, device, body, from));
      }
      case "channel" -> {
        String channel = present("channel", body.channel());
        Secret code = present("code", body.code());
        yield idempotency.once(
            key,
            KeyScope.ofSecret(channel, code.value(), from),
            sent,
            Login.class,
            () -> byChannel(entry, channel, code, body, from));
      }
      case "code" -> {
        Address address = AddressVouchers.address(body.channel(), body.address());
        yield idempotency.once(
            key,
            KeyScope.ofIdentity(AddressVouchers.identity(address).key(), from),
            sent,
            Login.class,
            () -> byCode(entry, address, body, from));
      }
      // Nothing is made and nothing is used up: who asks again logs in again.
      default -> answer(byPassword(entry, body, from));
    };
  }

  private Login byDevice(Entry entry, Identity device, LoginRequest body, ClientAddress from) {
    String channel = body.channel() == null ? DEFAULT_CHANNEL : body.channel();
    return answer(identityLogins.open(device, entry, channel, null, body.on(), from.text()));
  }

  private Login byChannel(
      Entry entry, String channel, Secret code, LoginRequest body, ClientAddress from) {
    Vouchers.Newcomer newcomer =
        vouchers.channel(
            channel,
            code,
            new Vouchers.ChannelExtras(body.codeVerifier(), body.redirectUri(), body.nonce()));
    return answer(
        identityLogins.open(
            newcomer.identity(),
            entry,
            newcomer.identity().provider(),
            newcomer.displayName(),
            body.on(),
            from.text()));
  }

  private Login byCode(Entry entry, Address address, LoginRequest body, ClientAddress from) {
    Identity identity = addresses.vouch(address, Purpose.LOGIN, body.code(), from, body.on().id());
    return answer(
        identityLogins.open(identity, entry, identity.provider(), null, body.on(), from.text()));
  }

  private LoginResult byPassword(Entry entry, LoginRequest body, ClientAddress from) {
    Password password = new Password(present("password", body.password()).value());
    if (body.username() != null || body.address() == null) {
      Username username = names.parseAtLogin(present("username", body.username()));
      return logins.open(username, password, entry, body.on(), from);
    }
    Address address = AddressVouchers.address(body.channel(), body.address());
    return logins.open(AddressVouchers.identity(address), password, entry, body.on(), from);
  }

  private static <T> T present(String field, @Nullable T value) {
    if (value == null) {
      throw ApiException.invalid(field, "is missing");
    }
    return value;
  }

  @Operation(
      summary = "Change the player's password; all other sessions end",
      description =
          "This session goes on with the tokens of the answer: every earlier access token is"
              + " refused, and the refresh token is traded in as by a refresh. Write the new one"
              + " down before anything else.")
  @Idempotent
  @PostMapping("/v1/accounts/me:changePassword")
  PasswordChange.Answer changePassword(
      Player player, @Valid @RequestBody NewPassword body, ClientAddress from) {
    return switch (logins.changePassword(
        player,
        new Password(body.currentPassword().value()),
        new Password(body.newPassword().value()),
        from)) {
      case PasswordChange.Changed(PasswordChange.Answer answer) -> answer;
      case PasswordChange.Weak(NewPasswordRules.Weakness why) -> throw TypedNames.weak(why);
      case PasswordChange.WrongPassword() ->
          throw new ApiException(
              ErrorCode.CURRENT_PASSWORD_WRONG, "the current password is another one");
      case PasswordChange.SessionEnded() ->
          throw new ApiException(
              ErrorCode.SESSION_ENDED, "the session ended meanwhile; the password is as it was");
    };
  }

  @Operation(
      summary = "Trade a refresh token for new tokens; safe to repeat at once",
      description =
          "Answers as a login does; with `Prefer: return=minimal` (RFC 7240) with `RenewedTokens`,"
              + " without `account`, `roles` and `lastServerId`, which costs less. For 30 s"
              + " (`usercenter.sessions.replay-window`) the old token"
              + " gets the same successor, so after a lost answer send the same again. Who sends"
              + " it later ends the session for everybody who has it: `401 SESSION_ENDED` with"
              + " the `reason` `THEFT`. Write the new refresh token down before anything of the"
              + " answer is used. Only `SESSION_ENDED` and `REFRESH_TOKEN_INVALID` say that the"
              + " session is over; after anything else keep the tokens.",
      responses =
          @ApiResponse(
              responseCode = "200",
              description = "OK",
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(anyOf = {Login.class, RenewedTokens.class}))))
  @Open("the refresh token says who calls")
  @Limited(RateLimit.REFRESH)
  @PostMapping(value = "/v1/sessions:refresh", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<RefreshAnswer> refresh(
      @Valid @RequestBody RefreshRequest body,
      @RequestHeader(name = Preference.HEADER, required = false) @Nullable List<String> prefer) {
    boolean minimal = Preference.isMinimal(prefer);
    RefreshAnswer answer = answer(logins.refresh(body.refreshToken().value(), minimal));
    return minimal
        ? ResponseEntity.ok().header(Preference.APPLIED, Preference.MINIMAL).body(answer)
        : ResponseEntity.ok(answer);
  }

  @Operation(
      summary = "Check whether a username could be registered; promises nothing",
      description =
          "`username` is its canonical spelling. `400 USERNAME_INVALID`: it can be nobody's name,"
              + " and `reason` says why. Registering can still get `409 USERNAME_TAKEN`.")
  @Open("a client asks before it registers")
  @Limited(RateLimit.CHECK_NAME)
  @GetMapping("/v1/accounts:checkName")
  NameCheck checkName(@RequestParam String name) {
    Username username = names.parse(name);
    return new NameCheck(
        username.canonical(), !accounts.isTaken(username) && accounts.isAvailable(username));
  }

  @Operation(summary = "Show the player's account")
  @GetMapping("/v1/accounts/me")
  Login.AccountView me(Player player) {
    return accounts
        .snapshot(player.userId())
        .map(Login.AccountView::of)
        .orElseThrow(() -> new ApiException(ErrorCode.ACCOUNT_NOT_FOUND, "this account is gone"));
  }

  @Operation(
      summary = "List the player's characters, last used first",
      description =
          "With `serverId` those on one game server; `counts` tells how many there are on each,"
              + " whichever was asked for.")
  @GetMapping("/v1/accounts/me/roles")
  RoleList myRoles(Player player, @RequestParam(required = false) @Nullable String serverId) {
    PlayerRoles list = roles.recent(player.userId());
    return new RoleList(
        list.roles().stream()
            .map(Login.RoleView::of)
            .filter(role -> serverId == null || role.serverId().equals(serverId))
            .toList(),
        list.lastServer() == null ? null : list.lastServer().value(),
        list.roles().stream()
            .collect(
                Collectors.groupingBy(
                    role -> role.serverId().value(), TreeMap::new, Collectors.counting())));
  }

  private static Login answer(LoginResult result) {
    return switch (result) {
      case LoginResult.Opened(Login login, _) -> login;
      case LoginResult.Admitted admitted ->
          throw new IllegalStateException(
              "a login without its roles: " + admitted.account().userId());
      case LoginResult.NameTaken() ->
          throw new ApiException(ErrorCode.USERNAME_TAKEN, "choose another username");
      case LoginResult.WrongNameOrPassword() ->
          throw new ApiException(
              ErrorCode.WRONG_NAME_OR_PASSWORD, "the username or the password is wrong");
      case LoginResult.TooManySessions() ->
          throw new ApiException(
              ErrorCode.TOO_MANY_SESSIONS,
              "the account is in use elsewhere; log out there, or wait until that session ends");
      case LoginResult.Leaving(Instant eraseAfter) ->
          throw new ApiException(
                  ErrorCode.ACCOUNT_DELETION_PENDING,
                  "the account will be erased at "
                      + eraseAfter
                      + "; send the same to /v1/accounts:restore to keep it")
              .with("eraseAfter", eraseAfter);
      case LoginResult.NoAccount() ->
          throw new ApiException(ErrorCode.ACCOUNT_NOT_FOUND, "there is nothing to restore");
      case LoginResult.IdentityBusy() -> throw IdentityController.busy();
      case LoginResult.Banned(Ban ban) -> throw keptOut(ban);
    };
  }

  private static RefreshAnswer answer(RefreshResult result) {
    return switch (result) {
      case RefreshResult.GoesOn(RefreshAnswer answer) -> answer;
      case RefreshResult.NotOurs() ->
          throw new ApiException(
              ErrorCode.REFRESH_TOKEN_INVALID, "log in again to get a new refresh token");
      case RefreshResult.SessionEnded(String reason) ->
          throw new ApiException(ErrorCode.SESSION_ENDED, "the session has ended: " + reason)
              .with("reason", reason);
      case LoginResult.Banned(Ban ban) -> throw keptOut(ban);
    };
  }

  private static ApiException keptOut(Ban ban) {
    return new ApiException(ErrorCode.ACCOUNT_BANNED, ban.message())
        .with("reasonCode", ban.reasonCode())
        .with("until", ban.until());
  }

  /**
   * @param username as typed
   * @param displayName what other players see, 1 to 64 characters without control characters
   * @param channel where the player comes from: 1 to 32 of a-z 0-9 - _; default {@code default}
   */
  record Registration(
      @NotNull(message = "is missing") String username,
      @NotNull(message = "is missing") Secret password,
      @Nullable String displayName,
      @Nullable @Pattern(regexp = "[a-z0-9_-]{1,32}", message = "must be 1 to 32 of a-z 0-9 - _")
          String channel,
      @Nullable @Valid Device device) {}

  /**
   * Who logs in, and how he shows it.
   *
   * @param grant {@code password} with password and either username or channel and address; {@code
   *     device} with deviceId, for guests; {@code channel} with channel and code; {@code code} with
   *     channel, address and code
   * @param deviceId 16 to 128 characters that the client drew at random at its first start; lets in
   *     whoever knows it
   * @param channel for the grant {@code channel} one that is offered; for {@code device} where a
   *     new guest comes from; with an address {@code email} or {@code phone}
   * @param address {@code name@example.com}, or a phone number as in E.164
   * @param code what the channel's login gave to the client, or what was sent to the address for
   *     the purpose {@code login}
   * @param codeVerifier the client's half of PKCE (RFC 7636), when the channel wants it
   * @param redirectUri where the channel sent the code, when it is not the configured one
   * @param nonce what the ID token of the channel must carry, when the client sent one there
   */
  record LoginRequest(
      @NotNull(message = "is missing")
          @Pattern(
              regexp = "password|device|channel|code",
              message = "must be: password, device, channel or code")
          String grant,
      @Nullable String username,
      @Nullable Secret password,
      @Nullable Secret deviceId,
      @Nullable @Pattern(regexp = "[a-z0-9_-]{1,32}", message = "must be 1 to 32 of a-z 0-9 - _")
          String channel,
      @Nullable Secret address,
      @Nullable Secret code,
      @Nullable Secret codeVerifier,
      @Nullable @Size(max = 2048, message = "must have at most 2048 characters") String redirectUri,
      @Nullable @Size(max = 255, message = "must have at most 255 characters") String nonce,
      @Nullable @Valid Device device) {
    private Device on() {
      return device == null ? Device.UNKNOWN : device;
    }
  }

  /**
   * @param newPassword 8 to 128 characters, none of the most common ones, without the username
   */
  record NewPassword(
      @NotNull(message = "is missing") Secret currentPassword,
      @NotNull(message = "is missing") Secret newPassword) {}

  /**
   * @param refreshToken {@code ucr_...}
   */
  record RefreshRequest(@NotNull(message = "is missing") Secret refreshToken) {}

  /**
   * @param username canonical
   * @param available false when somebody has it
   */
  record NameCheck(String username, boolean available) {}

  /**
   * @param roles last used first; of the game server that was asked for, or of all
   * @param lastServerId absent when the player never entered a server
   * @param counts how many there are on each game server, whichever was asked for
   */
  record RoleList(
      List<Login.RoleView> roles, @Nullable String lastServerId, Map<String, Long> counts) {}
}
