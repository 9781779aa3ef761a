/** The whole installation under load: what survives when a part of it fails, and what piles up. */
@NullMarked
package io.usercenter.faults;

import org.jspecify.annotations.NullMarked;
