package io.usercenter.role;

import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.RoleVersion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a set of events makes of one character. {@link #with} is commutative, associative and
 * idempotent as long as a revision means one picture, so rows converge whatever the order and the
 * doubling of the events.
 *
 * <p>Two things are kept, each raised by itself: the picture and state of the highest version, and
 * the latest login. A login without a picture has no version, so it can never hide a picture that
 * is on its way. A game server that is set back makes no login undone.
 *
 * @param version {@link RoleVersion#NONE} while only logins are known
 */
record RoleRow(
    RolePicture picture, Role.State state, RoleVersion version, @Nullable Instant lastLoginAt) {

  /** What the event would make of a character nobody has heard of. */
  static RoleRow of(RoleEvent event) {
    RolePicture picture = event.picture();
    return switch (event.type()) {
      case ROLE_CREATED, ROLE_UPDATED ->
          new RoleRow(orNone(picture), Role.State.ACTIVE, event.version(), null);
      case ROLE_LOGGED_IN ->
          new RoleRow(
              orNone(picture),
              Role.State.ACTIVE,
              picture == null ? RoleVersion.NONE : event.version(),
              event.occurredAt());
      // A tombstone shows what came with it, not what happened to be stored: otherwise the row
      // would depend on whether an older picture arrived before or after it.
      case ROLE_DELETED -> new RoleRow(orNone(picture), Role.State.DELETED, event.version(), null);
    };
  }

  /** Both together. */
  RoleRow with(RoleRow other) {
    RoleRow newer = other.version.isNewerThan(version) ? other : this;
    return new RoleRow(
        newer.picture, newer.state, newer.version, later(lastLoginAt, other.lastLoginAt));
  }

  static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.isBefore(b) ? b : a;
  }

  private static RolePicture orNone(@Nullable RolePicture picture) {
    return picture == null ? RolePicture.NONE : picture;
  }
}
