package io.usercenter.identity;

import io.usercenter.id.UserId;
import org.jspecify.annotations.Nullable;

/** What a change of the ways into an account came to. */
public sealed interface LinkResult {
  /** It is as wished, now or before. */
  record Done() implements LinkResult {}

  /**
   * Another account has the identity. It is never overwritten.
   *
   * @param by null when it is nobody's now, but kept for who had it
   */
  record Taken(@Nullable UserId by) implements LinkResult {}

  /** A change of the same identity or account is under way; ask again in a second. */
  record Busy() implements LinkResult {}

  /** Nobody could log in any more. */
  record LastWayIn() implements LinkResult {}

  /** There is no such account, or it has no such identity. */
  record NoAccount() implements LinkResult {}
}
