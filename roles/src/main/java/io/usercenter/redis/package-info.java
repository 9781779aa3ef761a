/** The way to Redis, for all programs that take it. */
@NullMarked
package io.usercenter.redis;

import org.jspecify.annotations.NullMarked;
