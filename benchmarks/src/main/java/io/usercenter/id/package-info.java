/** Benchmarks of the id generator beside its peers; in its package, to give it a lease. */
@NullMarked
package io.usercenter.id;

import org.jspecify.annotations.NullMarked;
