/** What simulated worlds use of the library that game servers embed. */
@NullMarked
package io.usercenter.token;

import org.jspecify.annotations.NullMarked;
