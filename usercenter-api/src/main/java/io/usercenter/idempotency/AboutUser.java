package io.usercenter.idempotency;

import io.usercenter.id.UserId;

/**
 * A body of a request about one user, sent by somebody else. The record of its Idempotency-Key lies
 * in his shard, so that its answer can be left in a transaction there.
 */
public interface AboutUser {
  /** Whom it is about. */
  UserId userId();
}
