/** Brings the role events of the Redis streams into the shards. */
@NullMarked
package io.usercenter.rolesync;

import org.jspecify.annotations.NullMarked;
