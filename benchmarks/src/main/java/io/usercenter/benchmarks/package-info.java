/** Measurements that decisions rest on; docs name the figures, the machine and the command. */
@NullMarked
package io.usercenter.benchmarks;

import org.jspecify.annotations.NullMarked;
