/** Which accounts and characters an operator may see: a union of servers x channels. */
@NullMarked
package io.usercenter.scope;

import org.jspecify.annotations.NullMarked;
