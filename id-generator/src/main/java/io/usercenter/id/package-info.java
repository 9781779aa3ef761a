/** User ids, the gene in them, canonical usernames, and the generator of ids. */
@NullMarked
package io.usercenter.id;

import org.jspecify.annotations.NullMarked;
