/** What operators did and tried, on record. */
@NullMarked
@ApplicationModule(
    displayName = "audit",
    allowedDependencies = {"id", "shard", "platform"})
package io.usercenter.audit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
