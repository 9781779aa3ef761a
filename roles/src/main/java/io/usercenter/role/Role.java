package io.usercenter.role;

import io.usercenter.id.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A character as the copy knows it.
 *
 * @param name empty while only a login of this character is known
 * @param lastLoginAt null when no login was seen
 * @param revision of the newest event with a picture, or of the tombstone; 0 while there was none
 * @param createdAt as an import told it; null otherwise
 */
public record Role(
    UserId userId,
    ServerId serverId,
    RoleId roleId,
    String name,
    int level,
    String job,
    long power,
    String channel,
    @Nullable Instant lastLoginAt,
    State state,
    long revision,
    @Nullable Instant createdAt) {

  /** Whether the character can be played. */
  public enum State {
    ACTIVE,
    /** A tombstone. */
    DELETED
  }
}
