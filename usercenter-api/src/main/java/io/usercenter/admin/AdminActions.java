package io.usercenter.admin;

import io.usercenter.audit.AuditLog;
import io.usercenter.id.UserId;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.scope.Scope;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Runs what operators do: checks the permission, and for what is dangerous that it is still he,
 * puts the intent on record, then the outcome.
 */
@Component
final class AdminActions {
  private static final Logger log = LoggerFactory.getLogger(AdminActions.class);

  private final AuditLog audit;
  private final OperatorSessions sessions;

  AdminActions(AuditLog audit, OperatorSessions sessions) {
    this.audit = audit;
    this.sessions = sessions;
  }

  /**
   * For reading: refuses an operator who has the permission nowhere.
   *
   * @return where he has it: what every query on his behalf is to be asked with
   */
  Scope require(Operator operator, Permission needed, String action, @Nullable UserId target) {
    Scope scope = operator.scope(needed);
    if (scope.nothing()) {
      throw refused(operator, needed, action, target, "");
    }
    if (needed.dangerous()) {
      requireProof(operator, action, target);
    }
    return scope;
  }

  /**
   * For what belongs to no server and no channel: refuses who has the permission not everywhere.
   */
  void requireEverywhere(
      Operator operator, Permission needed, String action, @Nullable UserId target) {
    requireAll(operator, needed, action, target);
    var _ = require(operator, needed, action, target);
  }

  private void requireAll(
      Operator operator, Permission needed, String action, @Nullable UserId target) {
    if (!operator.scope(needed).everything()) {
      throw refused(operator, needed, action, target, " on all servers and all channels");
    }
  }

  /** Refuses who has not shown password and code for a while. */
  void requireProof(Operator operator, String action, @Nullable UserId target) {
    if (!sessions.isProven(operator)) {
      audit.add(
          operator.name(),
          action,
          target,
          "",
          ErrorCode.REAUTHENTICATION_REQUIRED.name(),
          operator.ip());
      throw new ApiException(
          ErrorCode.REAUTHENTICATION_REQUIRED,
          "show password and code to /admin/v1/me:reauthenticate");
    }
  }

  private ApiException refused(
      Operator operator, Permission needed, String action, @Nullable UserId target, String where) {
    if (operator.lacksTotp()) {
      audit.add(
          operator.name(), action, target, "", ErrorCode.TOTP_NOT_SET_UP.name(), operator.ip());
      return new ApiException(
          ErrorCode.TOTP_NOT_SET_UP, "set up your second factor first: /admin/v1/me/totp");
    }
    String why = "needs " + needed + where;
    audit.add(
        operator.name(), action, target, why, ErrorCode.PERMISSION_MISSING.name(), operator.ip());
    return new ApiException(ErrorCode.PERMISSION_MISSING, action + " " + why)
        .with("permission", needed.name());
  }

  /**
   * For acting: refuses, or records before and after.
   *
   * @param work is given where the operator has the permission: what every statement on his behalf
   *     is to be sent with
   */
  <T> T run(
      Operator operator,
      Permission needed,
      String action,
      @Nullable UserId target,
      String detail,
      Function<Scope, T> work) {
    Scope scope = require(operator, needed, action, target);
    audit.add(operator.name(), action, target, detail, "INTENDED", operator.ip());
    T result;
    try {
      result = work.apply(scope);
    } catch (RuntimeException e) {
      String outcome =
          e instanceof ApiException refused
              ? refused.code().name()
              : ErrorCode.INTERNAL_ERROR.name();
      recordOutcome(operator, action, target, detail, outcome);
      throw e;
    }
    recordOutcome(operator, action, target, detail, "DONE");
    return result;
  }

  /** The same for what belongs to no server and no channel. */
  <T> T runEverywhere(
      Operator operator,
      Permission needed,
      String action,
      @Nullable UserId target,
      String detail,
      Function<Scope, T> work) {
    requireAll(operator, needed, action, target);
    return run(operator, needed, action, target, detail, work);
  }

  /**
   * What was done is done: an operator who is told otherwise does it twice. The intent is on
   * record.
   */
  private void recordOutcome(
      Operator operator, String action, @Nullable UserId target, String detail, String outcome) {
    try {
      audit.add(operator.name(), action, target, detail, outcome, operator.ip());
    } catch (DataAccessException e) {
      log.error("{} by {}: the outcome {} is not on record", action, operator.name(), outcome, e);
    }
  }
}
