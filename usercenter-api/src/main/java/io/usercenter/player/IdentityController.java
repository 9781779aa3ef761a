package io.usercenter.player;

import io.swagger.v3.oas.annotations.Operation;
import io.usercenter.account.Account;
import io.usercenter.account.Accounts;
import io.usercenter.account.Password;
import io.usercenter.code.Address;
import io.usercenter.code.Purpose;
import io.usercenter.id.UserId;
import io.usercenter.id.Username;
import io.usercenter.idempotency.Idempotent;
import io.usercenter.identity.Identities;
import io.usercenter.identity.Identity;
import io.usercenter.identity.LinkResult;
import io.usercenter.identity.LinkedIdentity;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ClientAddress;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.OwnersOnly;
import io.usercenter.platform.Secret;
import io.usercenter.session.Player;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** A player's ways into his account, and his name. */
@RestController
final class IdentityController {
  private static final Duration SOON = Duration.ofSeconds(1);

  private final Accounts accounts;
  private final Identities identities;
  private final FormerBans formerBans;
  private final Vouchers vouchers;
  private final AddressVouchers addresses;
  private final TypedNames names;
  private final NameSettings settings;
  private final InstantSource clock;

  IdentityController(
      Accounts accounts,
      Identities identities,
      FormerBans formerBans,
      Vouchers vouchers,
      AddressVouchers addresses,
      TypedNames names,
      NameSettings settings,
      InstantSource clock) {
    this.accounts = accounts;
    this.identities = identities;
    this.formerBans = formerBans;
    this.vouchers = vouchers;
    this.addresses = addresses;
    this.names = names;
    this.settings = settings;
    this.clock = clock;
  }

  @Operation(
      summary = "List the ways into the player's account, oldest first",
      description =
          "Username and password are not among them: `byName` says whether they are one. Of an"
              + " address there is a `hint` only.")
  @GetMapping("/v1/accounts/me/identities")
  IdentityList mine(Player player) {
    return new IdentityList(
        accounts.hasPassword(player.userId()),
        identities.of(player.userId()).stream().map(IdentityView::of).toList());
  }

  @Operation(
      summary = "Add a way into the account: a device, a channel, an address by its code",
      description =
          "The code is one for the purpose `link`. What another account has stays there: `409"
              + " IDENTITY_TAKEN`, mostly with the `displayName` and `registeredAt` of that"
              + " account.")
  @OwnersOnly
  @Idempotent
  @PostMapping("/v1/accounts/me/identities")
  @ResponseStatus(HttpStatus.CREATED)
  IdentityView link(Player player, @Valid @RequestBody Vouching body, ClientAddress from) {
    Identity identity = vouchedFor(body, from);
    if (formerBans.standing(identity).isPresent()) {
      throw taken(null);
    }
    done(identities.link(player.userId(), identity));
    return identities.of(player.userId()).stream()
        .filter(linked -> linked.identity().equals(identity))
        .map(IdentityView::of)
        .findAny()
        .orElseThrow(IdentityController::busy);
  }

  private Identity vouchedFor(Vouching body, ClientAddress from) {
    if (body.deviceId() != null) {
      return vouchers.device(body.deviceId());
    }
    if (AddressVouchers.isMedium(body.channel())) {
      Address address = AddressVouchers.address(body.channel(), body.address());
      return addresses.vouch(address, Purpose.LINK, body.code(), from, null);
    }
    return vouchers
        .channel(
            body.channel(),
            body.code(),
            new Vouchers.ChannelExtras(body.codeVerifier(), body.redirectUri(), body.nonce()))
        .identity();
  }

  @Operation(
      summary = "Remove a way into the account, unless it is the last one",
      description =
          "`409 LAST_IDENTITY`: nobody could log in any more without it. A username is not"
              + " removed, but changed by `:rename`.")
  @OwnersOnly
  @DeleteMapping("/v1/accounts/me/identities/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void unlink(Player player, @PathVariable String id) {
    Identity identity =
        identities.of(player.userId()).stream()
            .map(LinkedIdentity::identity)
            .filter(linked -> linked.handle().equals(id))
            // A name is changed by :rename; without any the account could not be called.
            .filter(linked -> !linked.provider().equals("username"))
            .findAny()
            .orElseThrow(IdentityController::notFound);
    done(identities.unlink(player.userId(), identity));
  }

  @Operation(
      summary = "Change the player's username; account, id and sessions stay",
      description = "`409 RENAME_TOO_SOON`: `notBefore` says from when on it may be changed again.")
  @OwnersOnly
  @Idempotent
  @PostMapping("/v1/accounts/me:rename")
  Login.AccountView rename(Player player, @Valid @RequestBody NewName body) {
    Account account = account(player.userId());
    Username name = names.parse(body.username());
    if (!name.canonical().equals(account.username())) {
      requireTimeForAName(player.userId());
    }
    nameDone(accounts.rename(account, name, null));
    return Login.AccountView.of(account(player.userId()));
  }

  @Operation(
      summary = "Give a guest a username and a password; account, id and sessions stay",
      description =
          "`409 NOT_A_GUEST`: the account has both already; after a lost answer it means that it"
              + " is done.")
  @OwnersOnly
  @Idempotent
  @PostMapping("/v1/accounts/me:upgradeGuest")
  Login.AccountView upgrade(Player player, @Valid @RequestBody Upgrade body) {
    Account account = account(player.userId());
    if (accounts.hasPassword(player.userId())) {
      throw new ApiException(
          ErrorCode.NOT_A_GUEST, "this account has a username and a password already");
    }
    Username name = names.parse(body.username());
    Password password = names.newPassword(body.password(), name);
    nameDone(accounts.rename(account, name, password));
    return Login.AccountView.of(account(player.userId()));
  }

  private void requireTimeForAName(UserId user) {
    Optional<Instant> next = accounts.renamedAt(user).map(at -> at.plus(settings.renameInterval()));
    if (next.isPresent() && next.get().isAfter(clock.instant())) {
      throw new ApiException(
              ErrorCode.RENAME_TOO_SOON, "the name may be changed again at " + next.get())
          .with("notBefore", next.get());
    }
  }

  private Account account(UserId user) {
    return accounts
        .byId(user)
        .orElseThrow(() -> new ApiException(ErrorCode.ACCOUNT_NOT_FOUND, "this account is gone"));
  }

  private void done(LinkResult result) {
    switch (result) {
      case LinkResult.Done() -> {}
      case LinkResult.Taken(UserId by) -> throw taken(by);
      case LinkResult.Busy() -> throw busy();
      case LinkResult.LastWayIn() ->
          throw new ApiException(
              ErrorCode.LAST_IDENTITY,
              "nobody could log in any more; add another way in first, or a password");
      case LinkResult.NoAccount() -> throw notFound();
    }
  }

  private static void nameDone(LinkResult result) {
    switch (result) {
      case LinkResult.Done() -> {}
      case LinkResult.Taken(_) ->
          throw new ApiException(ErrorCode.USERNAME_TAKEN, "choose another username");
      case LinkResult.Busy() -> throw busy();
      case LinkResult.LastWayIn(), LinkResult.NoAccount() ->
          throw new ApiException(ErrorCode.ACCOUNT_NOT_FOUND, "this account is gone");
    }
  }

  /** Says what the player may know of the other account: he has just shown that he can enter it. */
  private ApiException taken(@Nullable UserId by) {
    ApiException conflict =
        new ApiException(
            ErrorCode.IDENTITY_TAKEN,
            "another account has this identity; log in there, or remove it there first");
    Optional<Account> other = by == null ? Optional.empty() : accounts.snapshot(by);
    return other
        .map(
            account ->
                conflict
                    .with("displayName", account.displayName())
                    .with("registeredAt", account.registerTime()))
        .orElse(conflict);
  }

  static ApiException busy() {
    return new ApiException(
            ErrorCode.IDENTITY_BUSY, "a change of this identity is under way; ask again")
        .retryAfter(SOON);
  }

  private static ApiException notFound() {
    return new ApiException(ErrorCode.IDENTITY_NOT_FOUND, "you have no such identity");
  }

  /**
   * Who vouches for the player: his device, a channel, or the code that was sent to his address.
   *
   * @param deviceId as for the grant {@code device}
   * @param channel one that this service offers, {@code email} or {@code phone}
   * @param address for {@code email} and {@code phone}
   * @param code what the channel's login gave to the client, or what was sent to the address for
   *     the purpose {@code link}
   */
  record Vouching(
      @Nullable @Valid Secret deviceId,
      @Nullable @Pattern(regexp = "[a-z0-9-]{1,32}", message = "must be 1 to 32 of a-z 0-9 -")
          String channel,
      @Nullable Secret address,
      @Nullable Secret code,
      @Nullable Secret codeVerifier,
      @Nullable String redirectUri,
      @Nullable String nonce) {}

  /**
   * @param username as typed
   */
  record NewName(@NotNull(message = "is missing") String username) {}

  /**
   * @param username as typed
   */
  record Upgrade(
      @NotNull(message = "is missing") String username,
      @NotNull(message = "is missing") Secret password) {}

  /**
   * A way into an account.
   *
   * @param id to remove it by; says nothing about who it is
   * @param provider {@code device}, {@code username}, {@code email}, {@code phone}, or a channel
   * @param hint which address it is, mostly hidden; absent for other ways in
   */
  record IdentityView(String id, String provider, @Nullable String hint, Instant linkedAt) {
    static IdentityView of(LinkedIdentity linked) {
      Identity identity = linked.identity();
      return new IdentityView(
          identity.handle(),
          identity.provider(),
          AddressVouchers.addressOf(identity).map(Address::hint).orElse(null),
          linked.linkedAt());
    }
  }

  /**
   * @param byName whether username and password are a way in
   * @param identities the other ways in, oldest first
   */
  record IdentityList(boolean byName, List<IdentityView> identities) {}
}
