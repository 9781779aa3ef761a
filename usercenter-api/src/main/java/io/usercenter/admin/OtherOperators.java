package io.usercenter.admin;

import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import org.springframework.stereotype.Component;

/** Changes of one operator by another one, who has all that he has. */
@Component
final class OtherOperators {
  private final StaffMapper staff;
  private final RightsOfOperators rights;
  private final RightsChanges changes;
  private final AdminActions actions;

  OtherOperators(
      StaffMapper staff, RightsOfOperators rights, RightsChanges changes, AdminActions actions) {
    this.staff = staff;
    this.rights = rights;
    this.changes = changes;
    this.actions = actions;
  }

  /** What is done to him. */
  interface Change<T> {
    /**
     * @param giver who does it
     * @param before as he is
     */
    T make(RightsChanges.Giver giver, StaffMapper.OperatorRow before);
  }

  /** Refuses to touch who may do something that the author may not do himself. */
  <T> T change(Operator author, String action, long operatorId, String detail, Change<T> change) {
    return actions.run(
        author,
        Permission.OPERATOR_WRITE,
        action,
        null,
        "operator " + operatorId + (detail.isEmpty() ? "" : ": " + detail),
        _ ->
            changes.in(
                author,
                giver -> {
                  StaffMapper.OperatorRow before = existing(operatorId);
                  if (before.superAdmin()) {
                    giver.requireSuperAdmin();
                  }
                  giver.requireHas(rights.grantsOf(operatorId));
                  return change.make(giver, before);
                }));
  }

  StaffMapper.OperatorRow existing(long operatorId) {
    return staff
        .operator(operatorId)
        .orElseThrow(() -> new ApiException(ErrorCode.NOT_FOUND, "no operator has this id"));
  }
}
