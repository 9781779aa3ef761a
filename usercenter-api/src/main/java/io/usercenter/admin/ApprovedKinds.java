package io.usercenter.admin;

import io.usercenter.approval.Approval;
import io.usercenter.approval.ApprovalKind;
import io.usercenter.scope.Scope;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** What whoever decides must be allowed himself, for each kind of what needs two people. */
@Component
final class ApprovedKinds {
  private final Map<ApprovalKind, Kind> kinds = new EnumMap<>(ApprovalKind.class);

  ApprovedKinds(List<Kind> kinds) {
    kinds.forEach(kind -> this.kinds.put(kind.kind(), kind));
    for (ApprovalKind kind : ApprovalKind.values()) {
      if (!this.kinds.containsKey(kind)) {
        throw new IllegalStateException("nobody says who may decide on " + kind);
      }
    }
  }

  /** A kind of what needs two people. */
  interface Kind {
    ApprovalKind kind();

    /** The permission for the deed itself. */
    Permission needed();

    /**
     * Whether an operator could do it by himself, with this scope, by where the accounts are now.
     */
    boolean within(Scope scope, Approval approval);

    /** Whether only a super admin may. */
    default boolean superAdminsOnly() {
      return false;
    }
  }

  Kind of(Approval approval) {
    Kind kind = kinds.get(approval.kind());
    if (kind == null) {
      throw new IllegalStateException("an unknown kind: " + approval.kind());
    }
    return kind;
  }

  /**
   * Whether the operator could do himself what is asked for, as far as is known without looking.
   */
  boolean mayKnow(Operator operator, Approval approval) {
    Kind kind = of(approval);
    return approval.makerId() == operator.operatorId()
        || (kind.superAdminsOnly()
            ? operator.superAdmin()
            : Whereabouts.parse(approval.reach()).in(operator.scope(kind.needed())));
  }

  /** The same, by where the accounts are now. */
  boolean mayDecide(Operator operator, Approval approval) {
    Kind kind = of(approval);
    return kind.superAdminsOnly()
        ? operator.superAdmin()
        : kind.within(operator.scope(kind.needed()), approval);
  }
}
