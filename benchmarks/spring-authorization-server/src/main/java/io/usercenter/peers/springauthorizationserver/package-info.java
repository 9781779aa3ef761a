/** Spring Authorization Server as a team would set it up that has the task of this service. */
@NullMarked
package io.usercenter.peers.springauthorizationserver;

import org.jspecify.annotations.NullMarked;
