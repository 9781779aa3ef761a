/** Rules about code that tests of several modules share, and what they are computed from. */
@NullMarked
package io.usercenter.testkit.architecture;

import org.jspecify.annotations.NullMarked;
