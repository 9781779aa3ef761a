/** Tests of the throttle from inside. */
@NullMarked
package io.usercenter.throttle;

import org.jspecify.annotations.NullMarked;
