/** Tests of the identities and of the changes over two shards. */
@NullMarked
package io.usercenter.identity;

import org.jspecify.annotations.NullMarked;
