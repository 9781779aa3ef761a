/** Identities: the ways into an account besides its first username, each leading to one account. */
@NullMarked
@ApplicationModule(
    displayName = "identity",
    allowedDependencies = {"id", "shard", "platform"})
package io.usercenter.identity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
