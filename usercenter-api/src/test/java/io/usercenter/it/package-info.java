/** The service as its users meet it: real HTTP, real MySQL, real Redis. */
@NullMarked
package io.usercenter.it;

import org.jspecify.annotations.NullMarked;
