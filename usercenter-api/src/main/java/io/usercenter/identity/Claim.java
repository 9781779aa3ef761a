package io.usercenter.identity;

import io.usercenter.id.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The row of an identity, in the identity's shard.
 *
 * @param fence no change of this row that is still under way began at a higher identity epoch of
 *     the account; so it never falls while the row is there, whoever goes on with an epoch he read
 *     long ago
 * @param token random, another one whenever a change begins: a row that came back is not the row
 *     that was read
 * @param until when a change that stands still may be settled by anybody, or when a name is free
 */
record Claim(
    Identity identity, UserId owner, State state, int fence, long token, @Nullable Instant until) {
  enum State {
    /** About to be written at the account. */
    RESERVED,
    /** The account has it. */
    CONFIRMED,
    /** About to be taken from the account. */
    LEAVING,
    /** A name that was given up; nobody else gets it for a while. */
    RELEASED
  }

  /** Whether the account must be asked. */
  boolean inQuestion() {
    return state == State.RESERVED || state == State.LEAVING;
  }

  boolean over(Instant now) {
    return until != null && !until.isAfter(now);
  }

  Claim confirmed() {
    return new Claim(identity, owner, State.CONFIRMED, fence, token, null);
  }

  Claim leaving(int newFence, long newToken, Instant newUntil) {
    return new Claim(identity, owner, State.LEAVING, Math.max(fence, newFence), newToken, newUntil);
  }

  Claim reserved(int newFence, long newToken, Instant newUntil) {
    return new Claim(
        identity, owner, State.RESERVED, Math.max(fence, newFence), newToken, newUntil);
  }

  Claim released(Instant newUntil) {
    return new Claim(identity, owner, State.RELEASED, fence, token, newUntil);
  }
}
