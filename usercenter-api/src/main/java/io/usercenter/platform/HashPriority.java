package io.usercenter.platform;

/** How far the threads that hash stand back when others want the processor. */
enum HashPriority {
  /** Niceness 10: a tenth of the processor is theirs, however busy the others are (sched(7)). */
  LOW,

  /**
   * SCHED_IDLE (sched(7)): whoever else wakes up goes first, at once. Then hardly anything is left
   * for hashes while others keep all processors busy.
   */
  IDLE
}
