package io.usercenter.role;

import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.ServerId;
import java.util.Comparator;

/** Which character of which player, in the order of the table's primary key. */
public record RoleKey(UserId userId, ServerId serverId, RoleId roleId)
    implements Comparable<RoleKey> {
  private static final Comparator<RoleKey> ORDER =
      Comparator.comparing(RoleKey::userId)
          .thenComparing(RoleKey::serverId)
          .thenComparing(RoleKey::roleId);

  /** The order of the locators' primary key: who writes them in one order does not deadlock. */
  static final Comparator<RoleKey> BY_ROLE_ID =
      Comparator.comparing(RoleKey::roleId).thenComparing(ORDER);

  static RoleKey of(RoleEvent event) {
    return new RoleKey(event.userId(), event.serverId(), event.roleId());
  }

  @Override
  public int compareTo(RoleKey other) {
    return ORDER.compare(this, other);
  }
}
