package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.audit.AuditLog;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ClientAddresses;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Secret;
import io.usercenter.throttle.Attempt;
import io.usercenter.throttle.Guesses;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What an operator does with his own login. It needs no permission, and is on record. */
@RestController
final class MyOperatorController {
  private final OperatorSessions sessions;
  private final OperatorFactors factors;
  private final OperatorPasswords passwords;
  private final OperatorLoginMapper mapper;
  private final AdminActions actions;
  private final AuditLog audit;
  private final Guesses guesses;
  private final ClientAddresses addresses;
  private final OperatorSettings settings;

  MyOperatorController(
      OperatorSessions sessions,
      OperatorFactors factors,
      OperatorPasswords passwords,
      OperatorLoginMapper mapper,
      AdminActions actions,
      AuditLog audit,
      Guesses guesses,
      ClientAddresses addresses,
      OperatorSettings settings) {
    this.sessions = sessions;
    this.factors = factors;
    this.passwords = passwords;
    this.mapper = mapper;
    this.actions = actions;
    this.audit = audit;
    this.guesses = guesses;
    this.addresses = addresses;
    this.settings = settings;
  }

  @Operation(summary = "Show who is logged in, what he may do, and until when")
  @GetMapping("/admin/v1/me")
  Me me(Operator operator) {
    Set<Permission> permissions = operator.rights().permissions();
    return new Me(
        operator.id(),
        operator.name(),
        operator.superAdmin(),
        factors.enabled(operator.operatorId()),
        settings.requireTotp(),
        permissions.stream().map(Permission::name).toList(),
        permissions.stream().map(permission -> permission.menu().id()).distinct().toList(),
        operator.session().csrfToken(),
        sessions.isProven(operator) ? sessions.provenUntil(operator) : null,
        operator.session().expiresAt());
  }

  @Operation(
      summary = "Give a fresh proof by password and code",
      description =
          "It counts for this login and for 5 minutes (`usercenter.operators.reauthentication`)."
              + " Wrong guesses count like those of a login.")
  @PostMapping("/admin/v1/me:reauthenticate")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void reauthenticate(
      Operator operator, @Valid @RequestBody Proof body, HttpServletRequest request) {
    requireRight(operator, "REAUTHENTICATE", body, request);
    sessions.proven(operator);
    record(operator, "REAUTHENTICATE", "DONE");
  }

  @Operation(
      summary = "Change the operator's own password; his other logins end",
      description =
          "Needs a fresh proof. `400 PASSWORD_INVALID` with the `reason` `USED_BEFORE`: it is one"
              + " of the last five.")
  @PostMapping("/admin/v1/me:changePassword")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void changePassword(
      Operator operator, @Valid @RequestBody PasswordChange body, HttpServletRequest request) {
    actions.requireProof(operator, "CHANGE_PASSWORD", null);
    requirePassword(operator, "CHANGE_PASSWORD", body.password(), request);
    var _ =
        recorded(
            operator,
            "CHANGE_PASSWORD",
            () -> {
              passwords.replace(
                  operator.operatorId(),
                  body.newPassword().value(),
                  operator.session().sessionId());
              sessions.proven(operator);
              return true;
            });
  }

  @Operation(
      summary = "Get a new secret for the app of the second factor",
      description =
          "Needs a fresh proof. It counts from the moment that a code of it is confirmed; until"
              + " then the former one does.")
  @PostMapping("/admin/v1/me/totp")
  OperatorFactors.Offer offer(Operator operator) {
    actions.requireProof(operator, "OFFER_TOTP", null);
    return recorded(
        operator, "OFFER_TOTP", () -> factors.offer(operator.operatorId(), operator.name()));
  }

  @Operation(
      summary = "Let the new second factor count, and get its recovery codes, shown once",
      description = "Needs a fresh proof. Recovery codes of before are no longer good.")
  @PostMapping("/admin/v1/me/totp:confirm")
  RecoveryCodes confirm(Operator operator, @Valid @RequestBody TotpCode body) {
    actions.requireProof(operator, "CONFIRM_TOTP", null);
    return recorded(
        operator,
        "CONFIRM_TOTP",
        () ->
            factors
                .confirm(operator.operatorId(), body.code())
                .map(RecoveryCodes::new)
                .orElseThrow(() -> ApiException.invalid("code", "is not the code of this moment")));
  }

  @Operation(
      summary = "Switch the operator's own second factor off",
      description =
          "Needs a fresh proof. `403 TOTP_NOT_SET_UP` where every operator has to have one; set up"
              + " another one instead.")
  @PostMapping("/admin/v1/me/totp:disable")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void disable(Operator operator) {
    actions.requireProof(operator, "DISABLE_TOTP", null);
    if (settings.requireTotp()) {
      record(operator, "DISABLE_TOTP", ErrorCode.TOTP_NOT_SET_UP.name());
      throw new ApiException(
          ErrorCode.TOTP_NOT_SET_UP, "every operator has to have one; set up another one instead");
    }
    var _ = recorded(operator, "DISABLE_TOTP", () -> factors.disable(operator.operatorId()));
  }

  @Operation(
      summary = "List the operator's own open logins, newest first",
      description = "At most 100.")
  @GetMapping("/admin/v1/me/sessions")
  OpenSessions mySessions(Operator operator) {
    return OpenSessions.of(sessions.of(operator.operatorId()), operator.session().sessionId());
  }

  @Operation(summary = "End one of the operator's own logins")
  @DeleteMapping("/admin/v1/me/sessions/{sessionId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void endMine(Operator operator, @PathVariable String sessionId) {
    var _ =
        recorded(
            operator,
            "END_OWN_SESSION",
            () -> {
              if (!sessions.end(operator.operatorId(), sessionId)) {
                throw new ApiException(
                    ErrorCode.SESSION_NOT_FOUND, "you have no open session of this id");
              }
              return true;
            });
  }

  private void requireRight(
      Operator operator, String action, Proof proof, HttpServletRequest request) {
    judge(operator, action, request, () -> judged(operator, proof));
  }

  private void requirePassword(
      Operator operator, String action, Secret password, HttpServletRequest request) {
    judge(operator, action, request, () -> knows(operator, password));
  }

  /** Counts wrong guesses like a login does: a stolen session is no way to try passwords. */
  private void judge(
      Operator operator,
      String action,
      HttpServletRequest request,
      Supplier<Optional<Boolean>> judge) {
    try {
      var _ =
          guesses
              .check(
                  new Attempt(Attempt.Kind.OPERATOR, operator.name(), addresses.of(request), null),
                  judge)
              .orElseThrow(
                  () ->
                      new ApiException(
                          ErrorCode.CURRENT_PASSWORD_WRONG, "the password or the code is wrong"));
    } catch (ApiException refused) {
      record(operator, action, refused.code().name());
      throw refused;
    }
  }

  private Optional<Boolean> knows(Operator operator, Secret password) {
    return mapper
        .secrets(operator.operatorId())
        .filter(secrets -> passwords.right(password.value(), secrets.passwordHash()))
        .map(_ -> true);
  }

  private Optional<Boolean> judged(Operator operator, Proof proof) {
    if (knows(operator, proof.password()).isEmpty()) {
      return Optional.empty();
    }
    return switch (factors.judge(operator.operatorId(), proof.factor())) {
      case GOOD -> Optional.of(true);
      case WRONG -> Optional.empty();
      case MISSING ->
          throw new ApiException(
              ErrorCode.TOTP_REQUIRED, "send the code of the app as totp, or a recoveryCode");
      case UNREADABLE -> throw OperatorFactors.unreadable();
    };
  }

  private <T> T recorded(Operator operator, String action, Supplier<T> work) {
    record(operator, action, "INTENDED");
    T result;
    try {
      result = work.get();
    } catch (ApiException refused) {
      record(operator, action, refused.code().name());
      throw refused;
    }
    record(operator, action, "DONE");
    return result;
  }

  private void record(Operator operator, String action, String outcome) {
    audit.add(operator.name(), action, null, "", outcome, operator.ip());
  }

  /**
   * Who is logged in, and what he may do somewhere.
   *
   * @param totpRequired whether he may do nothing without a second factor
   * @param menu the parts of the console that have something for him
   * @param csrfToken to be sent as {@code X-CSRF-Token}; absent without cookie
   * @param reauthenticatedUntil until then he may do what is dangerous; absent when he may not now
   * @param sessionExpiresAt when he is logged out at the latest
   */
  record Me(
      String operatorId,
      String name,
      boolean superAdmin,
      boolean totpEnabled,
      boolean totpRequired,
      List<String> permissions,
      List<String> menu,
      @Nullable String csrfToken,
      @Nullable Instant reauthenticatedUntil,
      Instant sessionExpiresAt) {}

  /**
   * @param totp the code of the app, when the operator has one
   * @param recoveryCode one of those on paper, instead
   */
  @Schema(name = "OperatorProof")
  record Proof(
      @NotNull(message = "is missing") Secret password,
      @Nullable @Size(max = 16, message = "must have at most 16 characters") String totp,
      @Nullable @Size(max = 64, message = "must have at most 64 characters") String recoveryCode) {
    OperatorFactors.Shown factor() {
      return new OperatorFactors.Shown(totp, recoveryCode);
    }

    @Override
    public String toString() {
      return "[REDACTED]";
    }
  }

  /** The present password, and the next one. */
  @Schema(name = "OperatorPasswordChange")
  record PasswordChange(
      @NotNull(message = "is missing") Secret password,
      @NotNull(message = "is missing") Secret newPassword) {}

  record TotpCode(
      @NotBlank(message = "is missing") @Size(max = 16, message = "must have at most 16 characters")
          String code) {}

  /**
   * @param recoveryCodes each is good once, instead of a code of the app
   */
  record RecoveryCodes(List<String> recoveryCodes) {
    @Override
    public String toString() {
      return "[REDACTED]";
    }
  }

  /** Newest first. */
  @Schema(name = "OperatorSessions")
  record OpenSessions(List<OpenSession> sessions) {
    static OpenSessions of(List<OperatorLoginMapper.Open> open, String current) {
      return new OpenSessions(
          open.stream()
              .map(
                  each ->
                      new OpenSession(
                          each.sessionId(),
                          each.byCookie(),
                          each.createdAt(),
                          each.createdIp(),
                          each.lastUsedAt(),
                          each.expiresAt(),
                          each.sessionId().equals(current)))
              .toList());
    }
  }

  /**
   * @param cookie whether a browser has it
   * @param ip of the operator, where he logged in
   * @param lastUsedAt at most a minute old
   * @param current whether it is the one that asks
   */
  @Schema(name = "OperatorOpenSession")
  record OpenSession(
      String sessionId,
      boolean cookie,
      Instant createdAt,
      String ip,
      Instant lastUsedAt,
      Instant expiresAt,
      boolean current) {}
}
