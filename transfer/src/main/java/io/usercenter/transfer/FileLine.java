package io.usercenter.transfer;

/** What reading one line of a file came to. */
sealed interface FileLine permits Reject, LegacyAccount {
  /** Counted from 1. */
  long line();
}
