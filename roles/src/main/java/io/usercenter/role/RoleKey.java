package io.usercenter.role;

import io.usercenter.id.UserId;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleId;
import io.usercenter.roleevent.ServerId;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Which character of which player, in the order of the table's primary key. */
public record RoleKey(UserId userId, ServerId serverId, RoleId roleId)
    implements Comparable<RoleKey> {
  /** The order of the locators' primary key: who writes them in one order does not deadlock. */
  static final Comparator<RoleKey> BY_ROLE_ID =
      Comparator.comparing(RoleKey::roleId).thenComparing(Comparator.naturalOrder());

  static RoleKey of(RoleEvent event) {
    return new RoleKey(event.userId(), event.serverId(), event.roleId());
  }

  @Override
  public int compareTo(RoleKey other) {
    int byUser = userId.compareTo(other.userId);
    int byServer = byUser != 0 ? byUser : serverId.compareTo(other.serverId);
    return byServer != 0 ? byServer : roleId.compareTo(other.roleId);
  }

  /** What a record brings calls method handles, for each event a dozen times. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RoleKey that
        && userId.value() == that.userId.value()
        && roleId.value().equals(that.roleId.value())
        && serverId.value().equals(that.serverId.value());
  }

  @Override
  public int hashCode() {
    return (31 * Long.hashCode(userId.value()) + serverId.value().hashCode()) * 31
        + roleId.value().hashCode();
  }
}
