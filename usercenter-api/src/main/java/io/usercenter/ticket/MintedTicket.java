package io.usercenter.ticket;

import io.usercenter.ban.Ban;
import java.time.Instant;

/** What became of a wish for a ticket. */
sealed interface MintedTicket {
  /**
   * @param ticket whoever has it enters as the player until it expires or is used
   */
  record Minted(String ticket, Instant expiresAt, boolean singleUse) implements MintedTicket {
    @Override
    public String toString() {
      return "Minted[ticket=[REDACTED], expiresAt=" + expiresAt + "]";
    }
  }

  /** The account or its way into this server is banned. */
  record Banned(Ban ban) implements MintedTicket {}

  /** No game server of this id has ever asked for its keys. */
  record UnknownServer() implements MintedTicket {}
}
