package io.usercenter.admin;

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

/** The logins of other operators. Those of a super admin are another super admin's business. */
@RestController
final class OperatorSessionController {
  private final OperatorSessions sessions;
  private final OperatorFactors factors;
  private final OperatorLoginMapper mapper;
  private final AdminActions actions;

  OperatorSessionController(
      OperatorSessions sessions,
      OperatorFactors factors,
      OperatorLoginMapper mapper,
      AdminActions actions) {
    this.sessions = sessions;
    this.factors = factors;
    this.mapper = mapper;
    this.actions = actions;
  }

  @GetMapping("/admin/v1/operators/{operatorId}/sessions")
  MyOperatorController.OpenSessions list(Operator operator, @PathVariable String operatorId) {
    actions.requireEverywhere(operator, Permission.OPERATOR_READ, "VIEW_OPERATOR_SESSIONS", null);
    long other = parsed(operatorId);
    var _ = existing(other);
    return MyOperatorController.OpenSessions.of(sessions.of(other), operator.session().sessionId());
  }

  @DeleteMapping("/admin/v1/operators/{operatorId}/sessions/{sessionId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void end(Operator operator, @PathVariable String operatorId, @PathVariable String sessionId) {
    var _ =
        actions.runEverywhere(
            operator,
            Permission.OPERATOR_WRITE,
            "END_OPERATOR_SESSION",
            null,
            "operator " + operatorId + ", session " + sessionId,
            _ -> {
              long other = parsed(operatorId);
              requireMayTouch(operator, other);
              if (!sessions.end(other, sessionId)) {
                throw new ApiException(
                    ErrorCode.SESSION_NOT_FOUND, "the operator has no open session of this id");
              }
              return true;
            });
  }

  /** For who has lost his app and his recovery codes. Ends his sessions. */
  @PostMapping("/admin/v1/operators/{operatorId}:resetTotp")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void resetTotp(
      Operator operator,
      @PathVariable String operatorId,
      @Valid @RequestBody AccountAdminController.Reason body) {
    var _ =
        actions.runEverywhere(
            operator,
            Permission.OPERATOR_WRITE,
            "RESET_TOTP",
            null,
            "operator " + operatorId + ": " + body.reason(),
            _ -> {
              long other = parsed(operatorId);
              requireMayTouch(operator, other);
              boolean done = factors.disable(other);
              sessions.endAll(other);
              return done;
            });
  }

  private static long parsed(String operatorId) {
    if (!operatorId.matches("[1-9][0-9]{0,17}")) {
      throw unknown(operatorId);
    }
    return Long.parseLong(operatorId);
  }

  private void requireMayTouch(Operator operator, long operatorId) {
    if (existing(operatorId).superAdmin() && !operator.superAdmin()) {
      throw new ApiException(
          ErrorCode.PERMISSION_MISSING, "only a super admin does this to a super admin");
    }
  }

  private OperatorLoginMapper.Secrets existing(long operatorId) {
    return mapper.secrets(operatorId).orElseThrow(() -> unknown(Long.toString(operatorId)));
  }

  private static ApiException unknown(String operatorId) {
    return new ApiException(ErrorCode.NOT_FOUND, "no operator has the id " + operatorId);
  }
}
