package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.PageSize;
import io.usercenter.roleevent.ServerId;
import io.usercenter.scope.Scope;
import io.usercenter.ticket.ServerWithKeys;
import io.usercenter.ticket.TicketKey;
import io.usercenter.ticket.TicketKeys;
import jakarta.validation.Valid;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The keys that make the tickets of game servers. */
@RestController
final class TicketKeyAdminController {
  private static final int MOST = 500;

  private final TicketKeys keys;
  private final AdminActions actions;

  TicketKeyAdminController(TicketKeys keys, AdminActions actions) {
    this.keys = keys;
    this.actions = actions;
  }

  @Operation(
      summary = "List the game servers that have ticket keys, by their ids",
      description = "Needs `KEY_READ`.")
  @GetMapping("/admin/v1/ticket-keys")
  ServerList servers(
      Operator operator,
      @RequestParam(defaultValue = "") String after,
      @RequestParam(defaultValue = "100") @PageSize(most = MOST) int limit) {
    Scope scope = actions.require(operator, Permission.KEY_READ, "VIEW_TICKET_KEYS", null);
    Arguments.requireLimit(limit, MOST);
    List<ServerWithKeys> page = keys.servers(scope, after, limit);
    return new ServerList(page, page.size() < limit ? null : page.getLast().serverId());
  }

  @Operation(
      summary = "List the ticket keys of a game server, newest first, without their secrets",
      description = "Needs `KEY_READ`. All that it ever had, and the next one.")
  @GetMapping("/admin/v1/servers/{serverId}/ticket-keys")
  TicketKeyList list(Operator operator, @PathVariable ServerId serverId) {
    Scope scope = actions.require(operator, Permission.KEY_READ, "VIEW_TICKET_KEYS", null);
    List<TicketKey> found = keys.list(scope, serverId);
    if (found.isEmpty()) {
      throw unknown(serverId);
    }
    return new TicketKeyList(serverId.value(), found);
  }

  @Operation(
      summary = "Give the next ticket key of a game server its turn; no ticket is refused",
      description =
          "Needs `KEY_WRITE` and a fresh proof. `mintsFrom` says when. Done again before that"
              + " moment it changes nothing.")
  @PostMapping("/admin/v1/servers/{serverId}/ticket-keys:rotate")
  TicketKey rotate(
      Operator operator,
      @PathVariable ServerId serverId,
      @Valid @RequestBody KeyAdminController.KeyReason body) {
    return actions.run(
        operator,
        Permission.KEY_WRITE,
        "ROTATE_TICKET_KEY",
        null,
        serverId + ": " + body.reason(),
        scope -> keys.rotate(scope, serverId).orElseThrow(() -> unknown(serverId)));
  }

  @Operation(
      summary = "Withdraw a ticket key that leaked: every ticket of it is refused",
      description =
          "Needs `KEY_WRITE` and a fresh proof. The next key makes tickets at once, so players"
              + " just get others.")
  @PostMapping("/admin/v1/servers/{serverId}/ticket-keys/{epoch}:compromise")
  TicketKey compromise(
      Operator operator,
      @PathVariable ServerId serverId,
      @PathVariable int epoch,
      @Valid @RequestBody KeyAdminController.KeyReason body) {
    return actions.run(
        operator,
        Permission.KEY_WRITE,
        "COMPROMISE_TICKET_KEY",
        null,
        serverId + " " + epoch + ": " + body.reason(),
        scope ->
            keys.compromise(scope, serverId, epoch)
                .orElseThrow(
                    () ->
                        new ApiException(
                            ErrorCode.NOT_FOUND,
                            "server " + serverId + " has no ticket key " + epoch)));
  }

  private static ApiException unknown(ServerId serverId) {
    return new ApiException(
        ErrorCode.SERVER_UNKNOWN,
        "no game server has asked for ticket keys under the id " + serverId);
  }

  /**
   * @param next for {@code after}; absent at the end
   */
  record ServerList(List<ServerWithKeys> servers, @Nullable String next) {}

  /**
   * @param keys the newest first
   */
  record TicketKeyList(String serverId, List<TicketKey> keys) {}
}
