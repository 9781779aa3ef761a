package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import jakarta.validation.Valid;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The logins of other operators. They are the business of who may do all that these may. */
@RestController
final class OperatorSessionController {
  private final OperatorSessions sessions;
  private final OperatorFactors factors;
  private final OtherOperators others;
  private final AdminActions actions;

  OperatorSessionController(
      OperatorSessions sessions,
      OperatorFactors factors,
      OtherOperators others,
      AdminActions actions) {
    this.sessions = sessions;
    this.factors = factors;
    this.others = others;
    this.actions = actions;
  }

  @Operation(
      summary = "List the open logins of an operator, newest first",
      description = "Needs `OPERATOR_READ`. At most 100.")
  @GetMapping("/admin/v1/operators/{operatorId}/sessions")
  MyOperatorController.OpenSessions list(
      Operator operator, @PathVariable("operatorId") String operatorIdText) {
    long operatorId = Arguments.id(operatorIdText);
    var _ = actions.require(operator, Permission.OPERATOR_READ, "VIEW_OPERATOR_SESSIONS", null);
    var _ = others.existing(operatorId);
    return MyOperatorController.OpenSessions.of(
        sessions.of(operatorId), operator.session().sessionId());
  }

  @Operation(
      summary = "End a login of an operator",
      description = "Needs `OPERATOR_WRITE`, all that the operator may do, and a fresh proof.")
  @DeleteMapping("/admin/v1/operators/{operatorId}/sessions/{sessionId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void end(
      Operator operator,
      @PathVariable("operatorId") String operatorIdText,
      @PathVariable String sessionId) {
    long operatorId = Arguments.id(operatorIdText);
    var _ =
        others.change(
            operator,
            "END_OPERATOR_SESSION",
            operatorId,
            "session " + sessionId,
            (_, _) -> {
              if (!sessions.end(operatorId, sessionId)) {
                throw new ApiException(
                    ErrorCode.SESSION_NOT_FOUND, "the operator has no open session of this id");
              }
              return true;
            });
  }

  @Operation(
      summary = "Take away an operator's second factor; all his logins end",
      description =
          "Needs `OPERATOR_WRITE`, all that the operator may do, and a fresh proof. For who has"
              + " lost his app and his recovery codes.")
  @PostMapping("/admin/v1/operators/{operatorId}:resetTotp")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void resetTotp(
      Operator operator,
      @PathVariable("operatorId") String operatorIdText,
      @Valid @RequestBody AccountAdminController.Reason body) {
    long operatorId = Arguments.id(operatorIdText);
    var _ =
        others.change(
            operator,
            "RESET_TOTP",
            operatorId,
            body.reason(),
            (_, _) -> {
              boolean done = factors.disable(operatorId);
              sessions.endAll(operatorId);
              return done;
            });
  }
}
