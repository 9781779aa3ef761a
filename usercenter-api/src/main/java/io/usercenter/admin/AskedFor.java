package io.usercenter.admin;

import org.jspecify.annotations.Nullable;

/** An answer that tells whether it is done, or what has to be approved first. */
interface AskedFor {
  /** Null: it is done. */
  @Nullable String approvalId();
}
