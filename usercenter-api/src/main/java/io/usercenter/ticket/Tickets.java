package io.usercenter.ticket;

import io.usercenter.ban.Ban;
import io.usercenter.ban.BanScope;
import io.usercenter.ban.Bans;
import io.usercenter.ban.StandingBans;
import io.usercenter.roleevent.ServerId;
import io.usercenter.session.Player;
import io.usercenter.token.ServerTicket;
import io.usercenter.token.ServerTicketKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;

/** Trades a player's session for a ticket to one game server. */
final class Tickets {
  private final TicketKeys keys;
  private final Bans bans;
  private final TicketSettings settings;
  private final InstantSource clock;

  Tickets(TicketKeys keys, Bans bans, TicketSettings settings, InstantSource clock) {
    this.keys = keys;
    this.bans = bans;
    this.settings = settings;
    this.clock = clock;
  }

  MintedTicket mint(Player player, ServerId server) {
    Optional<ServerTicketKey> key = keys.minting(server);
    if (key.isEmpty()) {
      return new MintedTicket.UnknownServer();
    }
    Optional<Ban> ban = keepingOut(bans.active(player.userId()), server);
    if (ban.isPresent()) {
      return new MintedTicket.Banned(ban.get());
    }
    // With the epoch of his token, not a newer one: what ends that token must end the ticket too.
    Instant now = clock.instant();
    String ticket =
        ServerTicket.mint(
            key.get(),
            player.userId(),
            player.sessionId().value(),
            player.epoch(),
            settings.singleUse(),
            settings.life(),
            now);
    Instant expiresAt =
        Instant.ofEpochSecond(now.getEpochSecond()).plusSeconds(settings.life().toSeconds());
    return new MintedTicket.Minted(ticket, expiresAt, settings.singleUse());
  }

  /** The ban of the account, or the one of this server that lasts longest. */
  private static Optional<Ban> keepingOut(StandingBans standing, ServerId server) {
    return standing
        .keepingOut()
        .or(
            () ->
                standing.others().stream()
                    .filter(ban -> ban.scope() == BanScope.SERVER)
                    .filter(ban -> ban.target().equals(server.value()))
                    .max(
                        Comparator.comparing(
                            Ban::until, Comparator.nullsLast(Comparator.naturalOrder()))));
  }
}
