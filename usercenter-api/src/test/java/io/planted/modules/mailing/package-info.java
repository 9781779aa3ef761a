/** Does not say what it may depend on. */
@NullMarked
package io.planted.modules.mailing;

import org.jspecify.annotations.NullMarked;
