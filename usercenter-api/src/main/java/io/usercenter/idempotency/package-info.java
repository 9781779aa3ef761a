/** {@code Idempotency-Key}: who sends a request again gets the answer of the first time. */
@NullMarked
@ApplicationModule(
    displayName = "idempotency",
    allowedDependencies = {"id", "shard", "platform"})
package io.usercenter.idempotency;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
