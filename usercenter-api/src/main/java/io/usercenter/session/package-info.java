/** Sessions: opening, refreshing, ending, and telling everybody that one has ended. */
@NullMarked
@ApplicationModule(
    displayName = "session",
    allowedDependencies = {
      "id",
      "shard",
      "token",
      "platform",
      "activity",
      "account",
      "role",
      "scope"
    })
package io.usercenter.session;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
