/** Breaks the rules on purpose: proof that the tests can see it. */
@NullMarked
package io.planted.cycle.there;

import org.jspecify.annotations.NullMarked;
