/** Real MySQL and Redis as child processes, free ports, and loops over seeds. */
@NullMarked
package io.usercenter.testkit;

import org.jspecify.annotations.NullMarked;
