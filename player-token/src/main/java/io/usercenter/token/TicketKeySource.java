package io.usercenter.token;

import org.jspecify.annotations.Nullable;

/** Where the checks of tickets find the keys of their game server. */
@FunctionalInterface
interface TicketKeySource {
  /**
   * The key that may have made a ticket, or null.
   *
   * @param epoch 0 to 255, as found in the ticket
   * @param now seconds since 1970
   */
  @Nullable ServerTicketKey find(int epoch, long now);
}
