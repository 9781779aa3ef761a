/** What one operator asks for is carried out when another one allows it: once, and on record. */
@NullMarked
@ApplicationModule(
    displayName = "approval",
    allowedDependencies = {"id", "shard", "platform", "idempotency"})
package io.usercenter.approval;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
