package io.usercenter.admin;

import io.usercenter.account.Accounts;
import io.usercenter.approval.Approval;
import io.usercenter.approval.ApprovalKind;
import io.usercenter.approval.ApprovedWork;
import io.usercenter.id.UserId;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.scope.Scope;
import org.springframework.stereotype.Component;

/**
 * Exports of a player's data that two operators want. Approving one lets its maker fetch it for a
 * day; no copy of the data is kept.
 */
@Component
final class ApprovedExports implements ApprovedWork, ApprovedKinds.Kind {
  private final ScopedAccounts scoped;
  private final Accounts accounts;

  ApprovedExports(ScopedAccounts scoped, Accounts accounts) {
    this.scoped = scoped;
    this.accounts = accounts;
  }

  @Override
  public ApprovalKind kind() {
    return ApprovalKind.ACCOUNT_EXPORT;
  }

  @Override
  public Permission needed() {
    return Permission.ACCOUNT_EXPORT;
  }

  @Override
  public boolean within(Scope scope, Approval approval) {
    return accounts.wholeWithin(scope, target(approval)).isPresent();
  }

  @Override
  public String carryOut(Approval approval) {
    UserId userId = target(approval);
    if (scoped.gone(userId)) {
      throw ScopedAccounts.noAccount(userId);
    }
    return "to be fetched by " + approval.maker() + " within a day";
  }

  static UserId target(Approval approval) {
    UserId userId = approval.targetUserId();
    if (userId == null) {
      throw new ApiException(ErrorCode.APPROVAL_CHANGED, "an export of nobody");
    }
    return userId;
  }
}
