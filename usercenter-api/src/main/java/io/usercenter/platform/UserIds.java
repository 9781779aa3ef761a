package io.usercenter.platform;

import io.usercenter.id.UserId;

/** Mints ids. Bans get theirs the same way, so that they lead to their user's shard. */
public interface UserIds {
  /**
   * A new id.
   *
   * @param gene 0 to 255: of a username, or of the user that owns the thing
   */
  UserId next(int gene);
}
