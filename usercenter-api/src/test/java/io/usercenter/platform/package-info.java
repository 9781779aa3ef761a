/** Tests of the platform from inside. */
@NullMarked
package io.usercenter.platform;

import org.jspecify.annotations.NullMarked;
