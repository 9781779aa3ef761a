/** The door for game clients: one answer to a login holds everything the client asks next. */
@NullMarked
@ApplicationModule(
    displayName = "player",
    allowedDependencies = {
      "id",
      "shard",
      "token",
      "role",
      "roleevent",
      "password",
      "platform",
      "activity",
      "account",
      "idempotency",
      "identity",
      "channel",
      "code",
      "deletion",
      "session",
      "ban",
      "throttle"
    })
package io.usercenter.player;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
