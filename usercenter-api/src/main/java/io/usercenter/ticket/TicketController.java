package io.usercenter.ticket;

import io.swagger.v3.oas.annotations.Operation;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.OwnersOnly;
import io.usercenter.roleevent.ServerId;
import io.usercenter.session.Player;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Tickets to game servers. */
@RestController
final class TicketController {
  private final Tickets tickets;

  TicketController(Tickets tickets) {
    this.tickets = tickets;
  }

  @Operation(
      summary = "Get a ticket to one game server, which is good for about a minute",
      description =
          "The client sends it to the game server when the player enters. Asking again gives"
              + " another one; those of one second are the same. `403 ACCOUNT_BANNED`: `scope`"
              + " says whether from everything or from this server. `404 SERVER_UNKNOWN`: the"
              + " game server has never asked for its ticket keys.")
  @OwnersOnly
  @PostMapping("/v1/tickets")
  Ticket mint(Player player, @Valid @RequestBody WantedTicket body) {
    ServerId server = new ServerId(body.serverId());
    return switch (tickets.mint(player, server)) {
      case MintedTicket.Minted(String ticket, Instant expiresAt, boolean singleUse) ->
          new Ticket(ticket, server.value(), expiresAt, singleUse);
      case MintedTicket.Banned(var ban) ->
          throw new ApiException(ErrorCode.ACCOUNT_BANNED, ban.message())
              .with("reasonCode", ban.reasonCode())
              .with("until", ban.until())
              .with("scope", ban.scope());
      case MintedTicket.UnknownServer() ->
          throw new ApiException(
              ErrorCode.SERVER_UNKNOWN,
              "no game server has asked for ticket keys under the id " + server);
    };
  }

  /**
   * @param serverId 1 to 32 of A-Z a-z 0-9 _ . -
   */
  record WantedTicket(
      @NotNull(message = "is missing")
          @Pattern(
              regexp = "[A-Za-z0-9_.-]{1,32}",
              message = "must be 1 to 32 of A-Z a-z 0-9 _ . -")
          String serverId) {}

  /**
   * A ticket. Its text form is redacted.
   *
   * @param ticket 64 characters of base64url
   * @param expiresAt refused from then on
   * @param singleUse whether it opens the server once
   */
  record Ticket(String ticket, String serverId, Instant expiresAt, boolean singleUse) {
    @Override
    public String toString() {
      return "Ticket[[REDACTED], serverId=" + serverId + ", expiresAt=" + expiresAt + "]";
    }
  }
}
