package io.usercenter.admin;

import io.usercenter.platform.Caller;

/** The operator who sends a request. */
record Operator(long operatorId, String name, OperatorRole role, String ip) implements Caller {
  @Override
  public Kind kind() {
    return Kind.OPERATOR;
  }

  @Override
  public String id() {
    return Long.toString(operatorId);
  }
}
