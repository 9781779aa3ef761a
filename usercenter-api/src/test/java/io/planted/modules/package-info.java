/** An application whose modules break their own rules: proof that the test can see it. */
@NullMarked
package io.planted.modules;

import org.jspecify.annotations.NullMarked;
