package io.usercenter.gameserver;

import io.usercenter.platform.Caller;
import io.usercenter.roleevent.RoleEventKey;
import java.util.Set;

/**
 * A game server that sends a request with its service credential.
 *
 * @param serverIds the game servers it speaks for; {@code *} for all
 * @param eventKey with which its role events are signed on their way to the listeners
 */
record GameServer(String credentialId, Set<String> serverIds, RoleEventKey eventKey)
    implements Caller {
  @Override
  public Kind kind() {
    return Kind.GAME_SERVER;
  }

  @Override
  public String id() {
    return credentialId;
  }

  boolean speaksFor(String serverId) {
    return serverIds.contains("*") || serverIds.contains(serverId);
  }
}
