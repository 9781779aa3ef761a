package io.usercenter.role;

import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A character as the copy knows it.
 *
 * @param name empty while only a login of this character is known
 * @param lastLoginAt null when no login was seen
 * @param version of the newest event with a picture, or of the tombstone; {@link RoleVersion#NONE}
 *     while there was none
 * @param createdAt as an import told it; null otherwise
 * @param more what its game server tells besides, of which this version knows nothing: the text of
 *     a JSON object; null when nothing
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
    RoleVersion version,
    @Nullable Instant createdAt,
    @Nullable String more) {

  public Role {
    // A cache may hold what another version of the service wrote; that counts as nothing.
    Objects.requireNonNull(version, "version");
  }

  /** Whether the character can be played. */
  public enum State {
    ACTIVE,
    /** A tombstone. */
    DELETED
  }
}
