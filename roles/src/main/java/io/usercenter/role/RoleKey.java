package io.usercenter.role;

import io.usercenter.id.UserId;
import java.util.Comparator;

/** Which character of which player, in the order of the table's primary key. */
public record RoleKey(UserId userId, ServerId serverId, RoleId roleId)
    implements Comparable<RoleKey> {
  private static final Comparator<RoleKey> ORDER =
      Comparator.comparing(RoleKey::userId)
          .thenComparing(RoleKey::serverId)
          .thenComparing(RoleKey::roleId);

  static RoleKey of(RoleEvent event) {
    return new RoleKey(event.userId(), event.serverId(), event.roleId());
  }

  @Override
  public int compareTo(RoleKey other) {
    return ORDER.compare(this, other);
  }
}
