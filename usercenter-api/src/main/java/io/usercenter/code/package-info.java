/** Codes: who reads what was sent to an e-mail address or a phone has that address. */
@NullMarked
@ApplicationModule(
    displayName = "code",
    allowedDependencies = {"platform", "throttle"})
package io.usercenter.code;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
