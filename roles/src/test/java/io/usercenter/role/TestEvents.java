package io.usercenter.role;

import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.RolePicture;
import io.usercenter.roleevent.RoleVersion;
import io.usercenter.roleevent.ServerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events of one character, and what all orders of them are. */
record TestEvents(UserId user, ServerId server, RoleId role) {
  static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z").minusSeconds(7 * 86_400);

  static TestEvents of(UserId user, String role) {
    return new TestEvents(user, new ServerId("s1"), new RoleId(role));
  }

  RoleEvent created(long revision, int level) {
    return event(RoleEvent.Type.ROLE_CREATED, revision, picture(level));
  }

  RoleEvent updated(long revision, int level) {
    return event(RoleEvent.Type.ROLE_UPDATED, revision, picture(level));
  }

  RoleEvent loggedIn(long revision, int second) {
    return event(RoleEvent.Type.ROLE_LOGGED_IN, revision, null, second);
  }

  RoleEvent loggedIn(long revision, int second, int level) {
    return event(RoleEvent.Type.ROLE_LOGGED_IN, revision, picture(level), second);
  }

  /** The same as the game server tells it after it was set back so often. */
  static RoleEvent inEpoch(int epoch, RoleEvent event) {
    return new RoleEvent(
        event.eventId(),
        event.type(),
        event.serverId(),
        event.userId(),
        event.roleId(),
        new RoleVersion(epoch, event.version().revision()),
        event.occurredAt(),
        event.picture(),
        event.position());
  }

  RoleEvent deleted(long revision) {
    return event(RoleEvent.Type.ROLE_DELETED, revision, null);
  }

  static RolePicture picture(int level) {
    return new RolePicture("Ayla " + level, level, "mage", 100L * level, "steam");
  }

  private RoleEvent event(RoleEvent.Type type, long revision, @Nullable RolePicture picture) {
    return event(type, revision, picture, (int) revision);
  }

  private RoleEvent event(
      RoleEvent.Type type, long revision, @Nullable RolePicture picture, int second) {
    return new RoleEvent(
        "e" + revision,
        type,
        server,
        user,
        role,
        RoleVersion.of(revision),
        NOON.plusSeconds(second),
        picture,
        null);
  }

  static <T> List<List<T>> permutations(List<T> all) {
    if (all.isEmpty()) {
      return List.of(List.of());
    }
    List<List<T>> permutations = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      List<T> rest = new ArrayList<>(all);
      T first = rest.remove(i);
      for (List<T> tail : permutations(rest)) {
        List<T> permutation = new ArrayList<>(List.of(first));
        permutation.addAll(tail);
        permutations.add(permutation);
      }
    }
    return permutations;
  }
}
