package io.usercenter.roleevent;

import io.usercenter.id.UserId;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A character that exists, as its game server has it. Ordered by user and role id, as pages are.
 *
 * @param revision 1 or more
 * @param lastLoginAt null when the game server does not say
 */
public record RoleSnapshot(
    UserId userId, RoleId roleId, long revision, @Nullable Instant lastLoginAt, RolePicture picture)
    implements Comparable<RoleSnapshot> {
  private static final Comparator<RoleSnapshot> ORDER =
      Comparator.comparing(RoleSnapshot::userId).thenComparing(RoleSnapshot::roleId);

  public RoleSnapshot {
    if (revision < 1) {
      throw new InvalidRoleEventException("revision", "must be 1 or more, was " + revision);
    }
  }

  @Override
  public int compareTo(RoleSnapshot other) {
    return ORDER.compare(this, other);
  }
}
