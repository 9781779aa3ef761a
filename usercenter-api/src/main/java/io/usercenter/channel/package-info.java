/** Channels: shops and platforms that know the player and vouch for him. */
@NullMarked
@ApplicationModule(
    displayName = "channel",
    allowedDependencies = {"platform"})
package io.usercenter.channel;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
