package io.usercenter.session;

import io.usercenter.id.UserId;
import java.time.Instant;
import java.util.Optional;

/** The generations of sessions, in the shards of their users. */
interface Generations {
  /** How a session and its user stand; empty when there is no such session. */
  Optional<SessionMapper.State> state(UserId userId, long sessionId);

  /**
   * Trades one generation for a later one. Of several requests with the same generation one changes
   * the row; the others find the next generation there.
   *
   * @param generation that of the row
   * @param next that of the row from now on
   * @return 1, or 0 when it is another generation, or the session has ended
   */
  int rotate(
      UserId userId, long sessionId, int generation, int next, Instant at, Instant expiresAt);
}
