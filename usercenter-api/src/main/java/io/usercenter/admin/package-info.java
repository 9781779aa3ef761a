/** The door for operators, on the internal port: finding accounts and acting on them, on record. */
@NullMarked
@ApplicationModule(
    displayName = "admin",
    allowedDependencies = {
      "id",
      "shard",
      "token",
      "role",
      "roleevent",
      "password",
      "transfer",
      "platform",
      "idempotency",
      "account",
      "activity",
      "approval",
      "code",
      "identity",
      "note",
      "session",
      "ticket",
      "ban",
      "deletion",
      "audit",
      "gameserver",
      "scope",
      "throttle"
    })
package io.usercenter.admin;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
