/** The door for game servers: checking tokens, hearing of revocations, telling of characters. */
@NullMarked
@ApplicationModule(
    displayName = "gameserver",
    allowedDependencies = {
      "id",
      "shard",
      "token",
      "role",
      "roleevent",
      "platform",
      "account",
      "session",
      "ticket",
      "player",
      "scope",
      "throttle",
      "trace"
    })
package io.usercenter.gameserver;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
