/** What a process does for itself before anything else of it runs. */
@NullMarked
package io.usercenter.process;

import org.jspecify.annotations.NullMarked;
