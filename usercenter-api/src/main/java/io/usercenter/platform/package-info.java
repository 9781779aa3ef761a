/** What every feature stands on: HTTP problems, shard transactions, caches, Redis, ids, metrics. */
@NullMarked
@ApplicationModule(
    displayName = "platform",
    allowedDependencies = {"id", "shard", "password", "redis", "trace"})
package io.usercenter.platform;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
