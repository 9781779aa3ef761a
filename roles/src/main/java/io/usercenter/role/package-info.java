/**
 * The copy of the players' characters: role events, the rule that applies them, and who reads it.
 */
@NullMarked
package io.usercenter.role;

import org.jspecify.annotations.NullMarked;
