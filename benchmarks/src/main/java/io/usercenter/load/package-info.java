/** Load over HTTP on a service that runs already, asked for at a rate or by callers who wait. */
@NullMarked
package io.usercenter.load;

import org.jspecify.annotations.NullMarked;
