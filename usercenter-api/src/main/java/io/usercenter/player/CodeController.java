package io.usercenter.player;

import io.swagger.v3.oas.annotations.Operation;
import io.usercenter.account.Password;
import io.usercenter.code.Address;
import io.usercenter.code.Codes;
import io.usercenter.code.Delivery;
import io.usercenter.code.Purpose;
import io.usercenter.code.RightCode;
import io.usercenter.idempotency.Idempotency;
import io.usercenter.idempotency.IdempotencyKey;
import io.usercenter.idempotency.KeyScope;
import io.usercenter.idempotency.SentRequest;
import io.usercenter.password.NewPasswordRules;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ClientAddress;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Open;
import io.usercenter.platform.Secret;
import io.usercenter.throttle.Limited;
import io.usercenter.throttle.RateLimit;
import io.usercenter.throttle.RateLimits;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Codes for who has an e-mail address or a phone, and new passwords for who forgot his. */
@RestController
final class CodeController {
  private static final Duration SOON = Duration.ofSeconds(5);

  /** Hashing waits 2 s at most, two shards 5 s each; then the process has died. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Codes codes;
  private final AddressVouchers vouchers;
  private final PasswordResets resets;
  private final RateLimits limits;
  private final Idempotency idempotency;

  CodeController(
      Codes codes,
      AddressVouchers vouchers,
      PasswordResets resets,
      RateLimits limits,
      Idempotency idempotency) {
    this.codes = codes;
    this.vouchers = vouchers;
    this.resets = resets;
    this.limits = limits;
    this.idempotency = idempotency;
  }

  @Operation(
      summary = "Send a code to an e-mail address or a phone",
      description =
          "The code is good for `expiresIn` seconds, once, for this address and `purpose`, and for"
              + " five guesses; a new one replaces it. Nobody is looked up, so the answer says"
              + " nothing about accounts. `503 CODE_NOT_SENT`: it may arrive all the same. Each"
              + " request counts for the limits of the network and of the address.")
  @Open("a code is how a caller becomes known")
  @Limited(RateLimit.CODE)
  @PostMapping("/v1/codes")
  @ResponseStatus(HttpStatus.ACCEPTED)
  CodeSent send(@Valid @RequestBody CodeRequest body, HttpServletResponse response) {
    Address to = AddressVouchers.address(body.channel(), body.address());
    if (!codes.offers(to.medium())) {
      throw AddressVouchers.notOffered(to.medium());
    }
    limits.pass(RateLimit.CODE_ADDRESS, codes.nameless(to), response);
    Purpose purpose = Purpose.valueOf(body.purpose().toUpperCase(Locale.ROOT));
    return switch (codes.send(to, purpose, body.locale())) {
      case Delivery.Taken() -> new CodeSent(codes.life().toSeconds());
      case Delivery.NotThere() ->
          throw ApiException.invalid("address", "nothing can be sent there");
      case Delivery.Failed(_) ->
          // Why is in the log: it is the publisher's affair.
          throw new ApiException(
                  ErrorCode.CODE_NOT_SENT, "the sender did not take it; it may arrive all the same")
              .retryAfter(SOON);
      case Delivery.NotOffered() -> throw AddressVouchers.notOffered(to.medium());
    };
  }

  @Operation(
      summary = "Choose a new password by a code; all sessions of the account end",
      description =
          "The code is one for the purpose `reset`. `400 PASSWORD_INVALID` leaves it good. An"
              + " account without a password gets one. Log in afterwards, also when the answer"
              + " was lost and the code turns out to be used up.")
  @Open("who forgot his password has no token")
  @Limited(RateLimit.LOGIN)
  @PostMapping("/v1/password-resets")
  PasswordWasReset reset(
      @Valid @RequestBody NewPasswordByCode body,
      @RequestHeader(name = IdempotencyKey.HEADER, required = false) @Nullable String key,
      ClientAddress from) {
    Address address = AddressVouchers.address(body.channel(), body.address());
    return idempotency.once(
        key,
        KeyScope.ofIdentity(AddressVouchers.identity(address).key(), from),
        new SentRequest("POST /v1/password-resets", body, PATIENCE),
        PasswordWasReset.class,
        () -> reset(address, body, from));
  }

  private PasswordWasReset reset(Address address, NewPasswordByCode body, ClientAddress from) {
    RightCode code = vouchers.right(address, Purpose.RESET, body.code(), from, null);
    return switch (resets.reset(
        AddressVouchers.identity(address), code, new Password(body.newPassword().value()), from)) {
      case PasswordReset.Done(int ended) -> new PasswordWasReset(ended);
      case PasswordReset.Weak(NewPasswordRules.Weakness why) -> throw TypedNames.weak(why);
      case PasswordReset.CodeUsed() -> throw AddressVouchers.wrong();
      case PasswordReset.NoAccount() ->
          throw new ApiException(ErrorCode.ACCOUNT_NOT_FOUND, "no account has this address");
    };
  }

  /**
   * @param channel {@code email} or {@code phone}
   * @param address {@code name@example.com}, or a phone number as in E.164: {@code +4915112345678}
   * @param purpose {@code login}, {@code link} or {@code reset}; the code is good for nothing else
   * @param locale of the message, as in BCP 47: {@code de}, {@code zh-Hant}
   */
  record CodeRequest(
      @NotNull(message = "is missing")
          @Pattern(regexp = "email|phone", message = "must be: email or phone")
          String channel,
      @NotNull(message = "is missing") Secret address,
      @NotNull(message = "is missing")
          @Pattern(regexp = "login|link|reset", message = "must be: login, link or reset")
          String purpose,
      @Nullable
          @Pattern(
              regexp = "[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}",
              message = "must be a language tag")
          String locale) {}

  /**
   * @param expiresIn seconds for which the code is good
   */
  record CodeSent(long expiresIn) {}

  /**
   * @param channel {@code email} or {@code phone}
   * @param address one that is linked to the account
   * @param newPassword 8 to 128 characters, none of the most common ones, without the username
   */
  record NewPasswordByCode(
      @NotNull(message = "is missing")
          @Pattern(regexp = "email|phone", message = "must be: email or phone")
          String channel,
      @NotNull(message = "is missing") Secret address,
      @NotNull(message = "is missing") Secret code,
      @NotNull(message = "is missing") Secret newPassword) {}

  /**
   * @param endedSessions how many there were
   */
  record PasswordWasReset(int endedSessions) {}
}
