/**
 * Breaks the rules on purpose: proof that the tests can see it. Outside of {@code io.usercenter},
 * so that no application finds it.
 */
@NullMarked
package io.planted;

import org.jspecify.annotations.NullMarked;
