/** The commands behind {@code ./uc}: starting everything on one machine, and looking at ids. */
@NullMarked
package io.usercenter.cli;

import org.jspecify.annotations.NullMarked;
