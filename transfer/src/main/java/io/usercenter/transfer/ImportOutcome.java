package io.usercenter.transfer;

/** How an import ended. Whatever it is, what is in the shards is counted there, to the line. */
public sealed interface ImportOutcome {
  /** Every line was imported or rejected. */
  record Done() implements ImportOutcome {}

  /**
   * It was stopped between two transactions, and goes on from there when it is started again.
   *
   * @param why for people
   */
  record Stopped(String why) implements ImportOutcome {}

  /**
   * It cannot go on with this file.
   *
   * @param why for people
   */
  record Failed(String why) implements ImportOutcome {}
}
