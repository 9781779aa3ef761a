/** Bans: who may not play, why, until when. */
@NullMarked
@ApplicationModule(
    displayName = "ban",
    allowedDependencies = {
      "id",
      "shard",
      "token",
      "platform",
      "idempotency",
      "session",
      "account",
      "scope"
    })
package io.usercenter.ban;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
