package io.usercenter.approval;

/** Carries out one kind of what was approved. */
public interface ApprovedWork {
  /** Which kind. */
  ApprovalKind kind();

  /**
   * Does it. May be called again when the process died, or was believed to have: what was done
   * before under this {@link Approval#approvalId} must be found and not done twice.
   *
   * @return what came of it, for people; at most 500 characters
   * @throws io.usercenter.platform.ApiException when it can never be done
   * @throws UnfinishedException when some of it was done and the rest may be tried again
   * @throws RuntimeException of any other type when it may be tried again
   */
  String carryOut(Approval approval);
}
