/** Checks of the files that operations deploy. */
@NullMarked
package io.usercenter.deploy;

import org.jspecify.annotations.NullMarked;
