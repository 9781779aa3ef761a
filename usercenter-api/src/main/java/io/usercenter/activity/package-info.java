/** How busy the service is: what operators see of it at a glance, counted where it happens. */
@NullMarked
@ApplicationModule(
    displayName = "activity",
    allowedDependencies = {"id", "platform"})
package io.usercenter.activity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
