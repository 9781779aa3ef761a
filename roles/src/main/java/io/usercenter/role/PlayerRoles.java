package io.usercenter.role;

import io.usercenter.roleevent.ServerId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The characters of one player over all game servers.
 *
 * @param roles the ones that still exist, last used first
 * @param lastServer where one of them was used last; null when none ever was
 */
public record PlayerRoles(List<Role> roles, @Nullable ServerId lastServer) {
  public PlayerRoles {
    roles = List.copyOf(roles);
  }
}
