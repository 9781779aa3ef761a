package io.usercenter.admin;

import io.usercenter.approval.Approval;
import io.usercenter.approval.ApprovalWitness;
import io.usercenter.audit.AuditLog;
import org.springframework.stereotype.Component;

/** Puts what became of approvals on record, under the name of who asked. */
@Component
final class ApprovalRecord implements ApprovalWitness {
  private final AuditLog audit;

  ApprovalRecord(AuditLog audit) {
    this.audit = audit;
  }

  @Override
  public void ends(Approval approval, Approval.State state, String result) {
    audit.add(
        approval.maker(),
        "APPROVED_" + approval.kind(),
        approval.targetUserId(),
        ApprovalAdminController.inWords(approval)
            + ", approved by "
            + approval.checker()
            + ": "
            + result,
        state.name(),
        "");
  }
}
