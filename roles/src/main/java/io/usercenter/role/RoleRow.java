package io.usercenter.role;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a set of events makes of one character. {@link #with} is commutative, associative and
 * idempotent as long as a revision means one picture, so rows converge whatever the order and the
 * doubling of the events.
 *
 * <p>Two things are kept, each raised by itself: the picture and state of the highest revision, and
 * the latest login. A login without a picture has revision 0, so it can never hide a picture that
 * is on its way.
 *
 * @param revision 0 while only logins are known
 */
record RoleRow(
    RolePicture picture, Role.State state, long revision, @Nullable Instant lastLoginAt) {

  /** What the event would make of a character nobody has heard of. */
  static RoleRow of(RoleEvent event) {
    RolePicture picture = event.picture();
    return switch (event.type()) {
      case ROLE_CREATED, ROLE_UPDATED ->
          new RoleRow(orNone(picture), Role.State.ACTIVE, event.revision(), null);
      case ROLE_LOGGED_IN ->
          new RoleRow(
              orNone(picture),
              Role.State.ACTIVE,
              picture == null ? 0 : event.revision(),
              event.occurredAt());
      // A tombstone shows what came with it, not what happened to be stored: otherwise the row
      // would
      // depend on whether an older picture arrived before or after it.
      case ROLE_DELETED -> new RoleRow(orNone(picture), Role.State.DELETED, event.revision(), null);
    };
  }

  /** Both together. */
  RoleRow with(RoleRow other) {
    RoleRow newer = other.revision > revision ? other : this;
    return new RoleRow(
        newer.picture, newer.state, newer.revision, later(lastLoginAt, other.lastLoginAt));
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
