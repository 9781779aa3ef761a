/** Accounts in bulk: from the files of other systems into the shards, and out again. */
@NullMarked
package io.usercenter.transfer;

import org.jspecify.annotations.NullMarked;
