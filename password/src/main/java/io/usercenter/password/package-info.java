/** Passwords: hashing them, reading the hashes of other systems, and the rules of new ones. */
@NullMarked
package io.usercenter.password;

import org.jspecify.annotations.NullMarked;
