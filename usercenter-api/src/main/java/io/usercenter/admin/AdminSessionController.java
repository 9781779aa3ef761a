package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.approval.Approval;
import io.usercenter.audit.AuditLog;
import io.usercenter.idempotency.Idempotent;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ClientAddress;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Open;
import io.usercenter.platform.Secret;
import io.usercenter.throttle.Attempt;
import io.usercenter.throttle.Guesses;
import io.usercenter.throttle.Limited;
import io.usercenter.throttle.RateLimit;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Operators log in and out, and make each other. */
@RestController
final class AdminSessionController {
  private final Operators operators;
  private final RightsChanges changes;
  private final ApprovedSuperAdmins superAdmins;
  private final AdminActions actions;
  private final AuditLog audit;
  private final OperatorPasswords passwords;
  private final OperatorSessions sessions;
  private final Guesses guesses;

  AdminSessionController(
      Operators operators,
      RightsChanges changes,
      ApprovedSuperAdmins superAdmins,
      AdminActions actions,
      AuditLog audit,
      OperatorPasswords passwords,
      OperatorSessions sessions,
      Guesses guesses) {
    this.passwords = passwords;
    this.sessions = sessions;
    this.operators = operators;
    this.changes = changes;
    this.superAdmins = superAdmins;
    this.actions = actions;
    this.audit = audit;
    this.guesses = guesses;
  }

  @Operation(
      summary = "Log an operator in, with a token or a cookie",
      description =
          "With `cookie` the token comes as a cookie that no script sees, and the answer has the"
              + " `csrfToken`, to be sent as `X-CSRF-Token` with everything but `GET`; else the"
              + " token is in the answer. `401 TOTP_REQUIRED`: name and password are right, so"
              + " send them again with `totp` or a `recoveryCode`. `403 TOTP_UNREADABLE`: they"
              + " are right, and the second factor was sealed with another master key, so that no"
              + " code of it is good.")
  @Open("logging in is how an operator becomes known")
  @Limited(RateLimit.OPERATOR_LOGIN)
  @PostMapping("/admin/v1/sessions")
  @ResponseStatus(HttpStatus.CREATED)
  OperatorLogin login(
      @Valid @RequestBody Credentials body,
      ClientAddress from,
      HttpServletRequest request,
      HttpServletResponse response) {
    Operators.Login.Opened login;
    try {
      login =
          guesses
              .check(
                  new Attempt(Attempt.Kind.OPERATOR, counted(body.name()), from, null),
                  () -> judged(body, from))
              .orElseThrow(
                  () ->
                      new ApiException(
                          ErrorCode.WRONG_NAME_OR_PASSWORD,
                          "the name, the password or the code is wrong"));
    } catch (ApiException refused) {
      audit.add(body.name(), "LOGIN", null, "", refused.code().name(), from.text());
      throw refused;
    }
    audit.add(body.name(), "LOGIN", null, "", "DONE", from.text());
    OperatorSessions.Opened session = login.session();
    if (body.byCookie()) {
      response.addHeader(HttpHeaders.SET_COOKIE, cookie(session.token(), request).toString());
    }
    return new OperatorLogin(
        body.byCookie() ? null : session.token(),
        body.byCookie() ? session.csrfToken() : null,
        login.name(),
        login.superAdmin(),
        session.expiresAt());
  }

  private Optional<Operators.Login.Opened> judged(Credentials body, ClientAddress from) {
    return switch (operators.login(
        body.name(), body.password().value(), body.factor(), body.byCookie(), from.text())) {
      case Operators.Login.Opened opened -> Optional.of(opened);
      case Operators.Login.Wrong() -> Optional.empty();
      case Operators.Login.FactorMissing() ->
          throw new ApiException(
              ErrorCode.TOTP_REQUIRED, "send the code of the app as totp, or a recoveryCode");
      case Operators.Login.FactorUnreadable() -> throw OperatorFactors.unreadable();
    };
  }

  /** Ends with the browser; the service ends it sooner. */
  private static ResponseCookie cookie(String value, HttpServletRequest request) {
    return ResponseCookie.from(OperatorResolver.COOKIE, value)
        .httpOnly(true)
        .sameSite("Strict")
        .path("/admin")
        // A proxy speaks TLS; who claims it falsely gets a cookie that does not work for himself.
        .secure(request.isSecure() || "https".equals(request.getHeader("X-Forwarded-Proto")))
        .build();
  }

  /** MySQL takes "admin " for "admin" (PAD SPACE), so both are guesses at one password. */
  private static String counted(String name) {
    return name.strip();
  }

  @Operation(summary = "Log the operator out: end the login that asks")
  @DeleteMapping("/admin/v1/sessions/current")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void logout(Operator operator, HttpServletRequest request, HttpServletResponse response) {
    sessions.end(operator.operatorId(), operator.session().sessionId());
    if (operator.session().csrfToken() != null) {
      response.addHeader(
          HttpHeaders.SET_COOKIE,
          cookie("", request).mutate().maxAge(Duration.ZERO).build().toString());
    }
  }

  @Operation(
      summary = "Make an operator; making a super admin takes two",
      description =
          "Needs `OPERATOR_WRITE`, all that the groups may do, and a fresh proof. Only super"
              + " admins ask for a super admin. `202`: the operator is there, and becomes one"
              + " when another super admin approves the `approvalId`; the only one who is active"
              + " does it alone.")
  @Idempotent
  @MayWait
  @PostMapping("/admin/v1/operators")
  @ResponseStatus(HttpStatus.CREATED)
  OperatorView create(Operator operator, @Valid @RequestBody NewOperator body) {
    return actions.run(
        operator,
        Permission.OPERATOR_WRITE,
        "CREATE_OPERATOR",
        null,
        body.inWords(),
        _ -> {
          passwords.require(body.password().value(), body.name());
          return changes.in(operator, giver -> created(operator, giver, body));
        });
  }

  private OperatorView created(Operator operator, RightsChanges.Giver giver, NewOperator body) {
    if (body.givesEverything()) {
      giver.requireSuperAdmin();
    }
    giver.requireHas(
        changes.grants().stream()
            .filter(grant -> body.groupNames().contains(grant.groupName()))
            .toList());
    if (!operators.create(
        body.name(),
        body.displayName() == null ? "" : body.displayName(),
        body.password().value(),
        false,
        body.groupNames())) {
      throw new ApiException(ErrorCode.OPERATOR_EXISTS, "choose another name");
    }
    long operatorId = operators.idOf(body.name());
    Approval asked =
        body.givesEverything()
            ? superAdmins.make(giver, operator, operatorId, body.name(), body.reason()).orElse(null)
            : null;
    return new OperatorView(
        Long.toString(operatorId),
        body.name(),
        body.givesEverything() && asked == null,
        body.groupNames(),
        asked == null ? null : asked.approvalId());
  }

  /**
   * Who he is, and how he shows it.
   *
   * @param totp the code of the app, when the operator has one
   * @param recoveryCode one of those on paper, instead
   * @param cookie whether a browser is to keep the token; default false
   */
  @Schema(name = "OperatorCredentials")
  record Credentials(
      @NotNull(message = "is missing") @Size(max = 64, message = "must have at most 64 characters")
          String name,
      @NotNull(message = "is missing") Secret password,
      @Nullable @Size(max = 16, message = "must have at most 16 characters") String totp,
      @Nullable @Size(max = 64, message = "must have at most 64 characters") String recoveryCode,
      @Nullable Boolean cookie) {
    OperatorFactors.Shown factor() {
      return new OperatorFactors.Shown(totp, recoveryCode);
    }

    boolean byCookie() {
      return Boolean.TRUE.equals(cookie);
    }

    @Override
    public String toString() {
      return "Credentials[" + name + ", [REDACTED]]";
    }
  }

  /**
   * The answer to an operator's login. Its text form is redacted.
   *
   * @param token for {@code Authorization: Bearer}; absent when it is in the cookie
   * @param csrfToken for {@code X-CSRF-Token}; absent without cookie
   */
  record OperatorLogin(
      @Nullable String token,
      @Nullable String csrfToken,
      String name,
      boolean superAdmin,
      Instant expiresAt) {
    @Override
    public String toString() {
      return "OperatorLogin[" + name + ", [REDACTED]]";
    }
  }

  /**
   * @param superAdmin may do everything; default false
   * @param groups names of groups to be a member of; default none
   * @param reason for who approves a super admin
   */
  record NewOperator(
      @NotNull(message = "is missing")
          @Pattern(regexp = "[a-z0-9._-]{2,64}", message = "must be 2 to 64 of a-z 0-9 . _ -")
          String name,
      @Nullable @Size(max = 64, message = "must have at most 64 characters") String displayName,
      @NotNull(message = "is missing") Secret password,
      @Nullable Boolean superAdmin,
      @Nullable @Size(max = 50, message = "must have at most 50")
          List<@NotNull(message = "is null") String> groups,
      @Nullable @Size(max = 255, message = "must have at most 255 characters") String reason) {
    boolean givesEverything() {
      return Boolean.TRUE.equals(superAdmin);
    }

    List<String> groupNames() {
      return groups == null ? List.of() : groups;
    }

    String inWords() {
      return name + (givesEverything() ? " as super admin" : " in " + groupNames());
    }
  }

  /**
   * An operator.
   *
   * @param approvalId what another super admin has to approve before he is one; then the status is
   *     202
   */
  record OperatorView(
      String operatorId,
      String name,
      boolean superAdmin,
      List<String> groups,
      @Nullable String approvalId)
      implements AskedFor {}
}
