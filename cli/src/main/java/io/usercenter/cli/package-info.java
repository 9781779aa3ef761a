/**
 * The commands behind {@code ./uc}: starting everything on one machine, looking at ids and at the
 * machine.
 */
@NullMarked
package io.usercenter.cli;

import org.jspecify.annotations.NullMarked;
