package io.usercenter.admin;

import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.audit.AuditLog;
import io.usercenter.idempotency.Idempotent;
import io.usercenter.password.NewPasswordRules;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.BearerToken;
import io.usercenter.platform.ClientAddress;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Open;
import io.usercenter.platform.Secret;
import io.usercenter.throttle.Attempt;
import io.usercenter.throttle.Guesses;
import io.usercenter.throttle.Limited;
import io.usercenter.throttle.RateLimit;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;

/** Operators log in and out, and make each other. */
@RestController
final class AdminSessionController {
  private static final int MIN_PASSWORD = 12;

  private final Operators operators;
  private final AdminActions actions;
  private final AuditLog audit;
  private final NewPasswordRules rules;
  private final Guesses guesses;

  AdminSessionController(
      Operators operators,
      AdminActions actions,
      AuditLog audit,
      NewPasswordRules rules,
      Guesses guesses) {
    this.rules = rules;
    this.operators = operators;
    this.actions = actions;
    this.audit = audit;
    this.guesses = guesses;
  }

  @Open("logging in is how an operator becomes known")
  @Limited(RateLimit.OPERATOR_LOGIN)
  @PostMapping("/admin/v1/sessions")
  @ResponseStatus(HttpStatus.CREATED)
  Operators.OperatorLogin login(@Valid @RequestBody Credentials body, ClientAddress from) {
    try {
      Operators.OperatorLogin login =
          guesses
              .check(
                  new Attempt(Attempt.Kind.OPERATOR, counted(body.name()), from, null),
                  () -> operators.login(body.name(), body.password().value(), from.text()))
              .orElseThrow(
                  () ->
                      new ApiException(
                          ErrorCode.WRONG_NAME_OR_PASSWORD, "the name or the password is wrong"));
      audit.add(body.name(), "LOGIN", null, "", "DONE", from.text());
      return login;
    } catch (ApiException refused) {
      audit.add(body.name(), "LOGIN", null, "", refused.code().name(), from.text());
      throw refused;
    }
  }

  /** MySQL takes "admin " for "admin" (PAD SPACE), so both are guesses at one password. */
  private static String counted(String name) {
    return name.strip();
  }

  @DeleteMapping("/admin/v1/sessions/current")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void logout(Operator operator, WebRequest request) {
    operators.logout(BearerToken.of(request));
  }

  @Idempotent
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
          requireMayGive(operator, body);
          if (body.password().value().length() < MIN_PASSWORD) {
            throw new ApiException(
                    ErrorCode.PASSWORD_INVALID,
                    "an operator's password has %d or more characters".formatted(MIN_PASSWORD))
                .with("reason", NewPasswordRules.Weakness.TOO_SHORT.name());
          }
          rules
              .weakness(body.password().value(), body.name())
              .ifPresent(
                  weakness -> {
                    throw new ApiException(ErrorCode.PASSWORD_INVALID, weakness.explanation())
                        .with("reason", weakness.name());
                  });
          if (!operators.create(
              body.name(),
              body.displayName() == null ? "" : body.displayName(),
              body.password().value(),
              body.givesEverything(),
              body.groupNames())) {
            throw new ApiException(ErrorCode.OPERATOR_EXISTS, "choose another name");
          }
          return new OperatorView(body.name(), body.givesEverything(), body.groupNames());
        });
  }

  /** Nobody makes an operator who may do more than he himself. */
  private static void requireMayGive(Operator operator, NewOperator body) {
    if (!operator.superAdmin() && (body.givesEverything() || !body.groupNames().isEmpty())) {
      throw new ApiException(ErrorCode.PERMISSION_MISSING, "you can give what you have only");
    }
  }

  /** An operator's name and password. */
  @Schema(name = "OperatorCredentials")
  record Credentials(
      @NotNull(message = "is missing") @Size(max = 64, message = "must have at most 64 characters")
          String name,
      @NotNull(message = "is missing") Secret password) {}

  /**
   * @param superAdmin may do everything; default false
   * @param groups names of groups to be a member of; default none
   */
  record NewOperator(
      @NotNull(message = "is missing")
          @Pattern(regexp = "[a-z0-9._-]{2,64}", message = "must be 2 to 64 of a-z 0-9 . _ -")
          String name,
      @Nullable @Size(max = 64, message = "must have at most 64 characters") String displayName,
      @NotNull(message = "is missing") Secret password,
      @Nullable Boolean superAdmin,
      @Nullable @Size(max = 50, message = "must have at most 50")
          List<@NotNull(message = "is null") String> groups) {
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

  /** An operator. */
  record OperatorView(String name, boolean superAdmin, List<String> groups) {}
}
