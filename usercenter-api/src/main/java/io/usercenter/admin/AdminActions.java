package io.usercenter.admin;

import io.usercenter.audit.AuditLog;
import io.usercenter.id.UserId;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Runs what operators do: checks the role, puts the intent on record, then the outcome. */
@Component
final class AdminActions {
  private static final Logger log = LoggerFactory.getLogger(AdminActions.class);

  private final AuditLog audit;

  AdminActions(AuditLog audit) {
    this.audit = audit;
  }

  /** For reading: refuses an operator whose role is too small. */
  void require(Operator operator, OperatorRole needed, String action, @Nullable UserId target) {
    if (!operator.role().mayActAs(needed)) {
      audit.add(
          operator.name(),
          action,
          target,
          "needs " + needed + ", has " + operator.role(),
          ErrorCode.PERMISSION_MISSING.name(),
          operator.ip());
      throw new ApiException(
          ErrorCode.PERMISSION_MISSING,
          "%s needs the role %s, you have %s".formatted(action, needed, operator.role()));
    }
  }

  /** For acting: refuses, or records before and after. */
  <T> T run(
      Operator operator,
      OperatorRole needed,
      String action,
      @Nullable UserId target,
      String detail,
      Supplier<T> work) {
    require(operator, needed, action, target);
    audit.add(operator.name(), action, target, detail, "INTENDED", operator.ip());
    T result;
    try {
      result = work.get();
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
