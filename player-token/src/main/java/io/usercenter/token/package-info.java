/** Player tokens: signing them, publishing the keys, and checking them inside a game server. */
@NullMarked
package io.usercenter.token;

import org.jspecify.annotations.NullMarked;
