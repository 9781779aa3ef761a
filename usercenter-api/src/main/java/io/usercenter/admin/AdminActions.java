package io.usercenter.admin;

import io.usercenter.audit.AuditLog;
import io.usercenter.id.UserId;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Runs what operators do: checks the role, puts the intent on record, then the outcome. */
@Component
final class AdminActions {
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
    String outcome = ErrorCode.INTERNAL_ERROR.name();
    try {
      T result = work.get();
      outcome = "DONE";
      return result;
    } catch (ApiException e) {
      outcome = e.code().name();
      throw e;
    } finally {
      audit.add(operator.name(), action, target, detail, outcome, operator.ip());
    }
  }
}
