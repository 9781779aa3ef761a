/** May depend on nothing, and does. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.planted.modules.billing;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
