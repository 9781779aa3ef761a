/** What operators note about players, in the shards of the players. */
@NullMarked
@ApplicationModule(
    displayName = "note",
    allowedDependencies = {"id", "platform"})
package io.usercenter.note;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
