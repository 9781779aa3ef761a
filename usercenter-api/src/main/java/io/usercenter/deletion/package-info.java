/** Deletion: accounts that leave, may be restored for a while, and are then erased everywhere. */
@NullMarked
@ApplicationModule(
    displayName = "deletion",
    allowedDependencies = {
      "id",
      "shard",
      "token",
      "platform",
      "account",
      "identity",
      "session",
      "ban"
    })
package io.usercenter.deletion;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
