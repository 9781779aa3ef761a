/**
 * The operators' web page: files that were built from {@code admin-console}, and how to trust them.
 */
@NullMarked
@ApplicationModule(
    displayName = "console",
    allowedDependencies = {})
package io.usercenter.console;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
