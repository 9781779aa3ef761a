package io.usercenter.approval;

/** Puts on record what became of something that was approved, whichever process came to it. */
@FunctionalInterface
public interface ApprovalWitness {
  /**
   * It will be {@code EXECUTED} or {@code FAILED}. Told before that is written, so that nothing
   * ends without a record; again, when the process dies in between.
   *
   * @param result what came of it, or why it failed
   */
  void ends(Approval approval, Approval.State state, String result);
}
