package io.usercenter.admin;

import io.usercenter.approval.Approvals;
import io.usercenter.platform.Caller;
import io.usercenter.scope.Scope;

/**
 * The operator who sends a request.
 *
 * @param lacksTotp whether he has no second factor and needs one: then he has no rights
 */
record Operator(
    long operatorId,
    String name,
    boolean superAdmin,
    Rights rights,
    boolean lacksTotp,
    OperatorSession session,
    String ip)
    implements Caller {
  @Override
  public Kind kind() {
    return Kind.OPERATOR;
  }

  @Override
  public String id() {
    return Long.toString(operatorId);
  }

  /** As approvals know him. */
  Approvals.Person person() {
    return new Approvals.Person(operatorId, name);
  }

  /** Where he has the permission; {@link Scope#NOTHING} when he lacks it. */
  Scope scope(Permission permission) {
    return rights.scope(permission);
  }
}
