package io.usercenter.player;

import io.usercenter.id.UserId;
import io.usercenter.platform.Cache;
import io.usercenter.platform.Caches;
import io.usercenter.role.PlayerRoles;
import io.usercenter.role.Role;
import io.usercenter.role.RoleDirectory;
import io.usercenter.role.RoleEraser;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.TransientDataAccessResourceException;

/**
 * A player's characters. Cached under the kind {@code roles}: the listener of role events says so
 * when it changed them.
 */
public final class PlayerRoleLists {
  private final RoleDirectory directory;
  private final RoleEraser eraser;
  private final Cache<UserId, PlayerRoles> lists;

  PlayerRoleLists(RoleDirectory directory, RoleEraser eraser, Caches caches) {
    this.directory = directory;
    this.eraser = eraser;
    this.lists =
        caches.create(
            "roles",
            PlayerRoles.class,
            UserId::toString,
            UserId::parse,
            UserId::shard,
            new Caches.Life(
                Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofSeconds(2), 100_000));
  }

  /** From the shard, for an answer that must not be old. */
  PlayerRoles now(UserId user) {
    try {
      return directory.of(user);
    } catch (SQLException e) {
      throw unreadable(user, e);
    }
  }

  /** With those that no longer exist. */
  List<Role> withDeleted(UserId user) {
    try {
      return directory.withDeleted(user);
    } catch (SQLException e) {
      throw unreadable(user, e);
    }
  }

  /**
   * Removes all characters of a player who is gone.
   *
   * @return false when Redis is away, which may still know them
   */
  boolean erase(UserId user) {
    try {
      eraser.erase(user);
    } catch (SQLException e) {
      throw new TransientDataAccessResourceException("erasing the roles of user " + user, e);
    }
    return lists.invalidate(user);
  }

  private static TransientDataAccessResourceException unreadable(UserId user, SQLException e) {
    return new TransientDataAccessResourceException("reading the roles of user " + user, e);
  }

  /** From the cache, for who asks often. */
  PlayerRoles recent(UserId user) {
    return lists.get(user, u -> Optional.of(now(u))).orElseThrow();
  }

  /** To be called by who applied role events in this process. */
  public void announceChanged(UserId user) {
    lists.invalidate(user);
  }
}
