package io.usercenter.admin;

import io.usercenter.approval.Approval;
import io.usercenter.approval.ApprovalDesk;
import io.usercenter.approval.ApprovalKind;
import io.usercenter.approval.Approvals;
import io.usercenter.approval.ApprovedWork;
import io.usercenter.audit.AuditLog;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.scope.Scope;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.ObjectMapper;

/** Operators whom two super admins want to be super admins. */
@Component
final class ApprovedSuperAdmins implements ApprovedWork, ApprovedKinds.Kind {
  private final ApprovalDesk desk;
  private final OperatorMapper operators;
  private final AuditLog audit;
  private final ObjectMapper json;

  ApprovedSuperAdmins(
      ApprovalDesk desk, OperatorMapper operators, AuditLog audit, ObjectMapper json) {
    this.desk = desk;
    this.operators = operators;
    this.audit = audit;
    this.json = json;
  }

  @Override
  public ApprovalKind kind() {
    return ApprovalKind.SUPER_ADMIN;
  }

  @Override
  public Permission needed() {
    return Permission.OPERATOR_WRITE;
  }

  @Override
  public boolean superAdminsOnly() {
    return true;
  }

  @Override
  public boolean within(Scope scope, Approval approval) {
    return scope.everything();
  }

  /**
   * Makes somebody a super admin when the giver is the only one, so that nobody could approve it,
   * and puts on record that it was so; else asks the others.
   *
   * @param reason null: none was given
   * @return what has to be approved; empty when it is done
   */
  Optional<Approval> make(
      RightsChanges.Giver giver,
      Operator maker,
      long operatorId,
      String name,
      @Nullable String reason) {
    if (giver.alone()) {
      operators.makeSuperAdmin(operatorId, name);
      audit.add(
          maker.name(),
          "MAKE_SUPER_ADMIN_ALONE",
          null,
          "operator %d, %s: single super admin, nobody else could approve"
              .formatted(operatorId, name),
          "DONE",
          maker.ip());
      return Optional.empty();
    }
    return Optional.of(
        desk.ask(
            maker.person(),
            new Approvals.Wish(
                kind(),
                null,
                json.writeValueAsString(new Payload(operatorId, name)),
                "make " + name + " a super admin",
                Whereabouts.NOBODY.text(),
                reason == null ? "" : reason)));
  }

  @Override
  public String carryOut(Approval approval) {
    Payload payload = json.readValue(approval.payload(), Payload.class);
    boolean there =
        operators.idOf(payload.name()).filter(id -> id == payload.operatorId()).isPresent();
    if (!there) {
      throw new ApiException(ErrorCode.NOT_FOUND, "no operator has this name any more");
    }
    operators.makeSuperAdmin(payload.operatorId(), payload.name());
    return payload.name() + " is a super admin";
  }

  record Payload(long operatorId, String name) {}
}
