/**
 * Which shard holds a user, which MySQL instance holds a shard, and the data sources to get there.
 */
@NullMarked
package io.usercenter.shard;

import org.jspecify.annotations.NullMarked;
