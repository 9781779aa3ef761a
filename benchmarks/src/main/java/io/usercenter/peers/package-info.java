/** The service beside other account services: the same machine, the same run, the same work. */
@NullMarked
package io.usercenter.peers;

import org.jspecify.annotations.NullMarked;
