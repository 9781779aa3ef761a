/** Slowing down who guesses secrets, and who asks more often than the service can bear. */
@NullMarked
@ApplicationModule(
    displayName = "throttle",
    allowedDependencies = {"platform"})
package io.usercenter.throttle;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
