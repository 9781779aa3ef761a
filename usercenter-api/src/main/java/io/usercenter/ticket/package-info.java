/** Server tickets: what lets a player into one game server, and the keys it checks them with. */
@NullMarked
@ApplicationModule(
    displayName = "ticket",
    allowedDependencies = {"id", "token", "roleevent", "platform", "session", "ban", "scope"})
package io.usercenter.ticket;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
