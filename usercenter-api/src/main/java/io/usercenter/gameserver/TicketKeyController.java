package io.usercenter.gameserver;

import io.swagger.v3.oas.annotations.Operation;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.roleevent.ServerId;
import io.usercenter.ticket.KeyToDeliver;
import io.usercenter.ticket.TicketKeys;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The keys with which a game server checks the tickets of its players. */
@RestController
final class TicketKeyController {
  private final TicketKeys keys;

  TicketKeyController(TicketKeys keys) {
    this.keys = keys;
  }

  @Operation(
      summary = "Get the keys with which a game server checks the tickets of its players",
      description =
          "The one that makes tickets, the next one, and those of the past whose tickets can still"
              + " be in time. They are secrets. The first request makes the server known: from"
              + " then on players get tickets for it. Ask when the server starts, each minute or"
              + " so, and when a ticket shows an epoch that is not known, then once in ten"
              + " seconds at most. `403 SERVER_NOT_GRANTED`: the credential is for other game"
              + " servers.")
  @GetMapping("/server/v1/ticket-keys")
  ServerKeys keys(GameServer server, @RequestParam ServerId serverId) {
    if (!server.speaksFor(serverId.value())) {
      throw new ApiException(
          ErrorCode.SERVER_NOT_GRANTED, "the credential does not speak for server " + serverId);
    }
    return new ServerKeys(
        serverId.value(), keys.deliver(serverId).stream().map(DeliveredKey::of).toList());
  }

  /**
   * @param keys the oldest first
   */
  record ServerKeys(String serverId, List<DeliveredKey> keys) {}

  /**
   * A key. Its text form is redacted.
   *
   * @param epoch rises by one with each key; tickets show it modulo 256
   * @param key 32 bytes, base64url without padding
   * @param mintsFrom from when it makes tickets; absent while that is not fixed. Accept them
   *     before, too: clocks differ
   * @param acceptUntil from then on refuse its tickets; absent while no other key follows
   */
  record DeliveredKey(
      int epoch, String key, @Nullable Instant mintsFrom, @Nullable Instant acceptUntil) {
    static DeliveredKey of(KeyToDeliver key) {
      return new DeliveredKey(
          key.epoch(),
          Base64.getUrlEncoder().withoutPadding().encodeToString(key.key().secret()),
          key.mintsFrom(),
          key.acceptUntil());
    }

    @Override
    public String toString() {
      return "DeliveredKey[epoch=" + epoch + ", [REDACTED]]";
    }
  }
}
