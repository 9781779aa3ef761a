/** What must stay true of all code, and of the documents that tell of it. */
@NullMarked
package io.usercenter.architecture;

import org.jspecify.annotations.NullMarked;
