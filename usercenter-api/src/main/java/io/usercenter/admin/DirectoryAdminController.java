package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.scope.Cell;
import io.usercenter.scope.Extent;
import io.usercenter.scope.Scope;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The channels and game servers that can be granted, and groups of game servers. */
@RestController
final class DirectoryAdminController {
  private final DirectoryMapper directory;
  private final RightsChanges changes;
  private final AdminActions actions;
  private final InstantSource clock;

  DirectoryAdminController(
      DirectoryMapper directory, RightsChanges changes, AdminActions actions, InstantSource clock) {
    this.directory = directory;
    this.changes = changes;
    this.actions = actions;
    this.clock = clock;
  }

  @Operation(
      summary = "List the channels that can be granted",
      description = "Needs `DIRECTORY_READ`, and shows those that it was granted for.")
  @GetMapping("/admin/v1/channels")
  Channels channels(Operator operator) {
    Scope scope = actions.require(operator, Permission.DIRECTORY_READ, "VIEW_DIRECTORY", null);
    return new Channels(
        directory.channels(scope.knownChannels()).stream()
            .map(row -> new ChannelView(row.channel(), row.name(), row.createdAt()))
            .toList());
  }

  @Operation(
      summary = "Add a channel, so that it can be granted",
      description = "Needs `DIRECTORY_WRITE`.")
  @PostMapping("/admin/v1/channels")
  @ResponseStatus(HttpStatus.CREATED)
  ChannelView addChannel(Operator operator, @Valid @RequestBody NewChannel body) {
    Instant now = clock.instant();
    return changed(
        operator,
        "ADD_CHANNEL",
        body.channel(),
        () -> {
          directory.addChannel(body.channel(), body.name(), now);
          return new ChannelView(body.channel(), body.name(), now);
        });
  }

  @Operation(
      summary = "Change the name that people know a channel by",
      description = "Needs `DIRECTORY_WRITE`. Its id stays.")
  @PatchMapping("/admin/v1/channels/{channel}")
  Named nameChannel(
      Operator operator, @PathVariable String channel, @Valid @RequestBody Named body) {
    return changed(
        operator,
        "NAME_CHANNEL",
        channel,
        () -> {
          var _ = requireFound(directory.nameChannel(channel, body.name()));
          return body;
        });
  }

  @Operation(
      summary = "Remove a channel that no grant names",
      description =
          "Needs `DIRECTORY_WRITE`. `409 IN_USE` while a grant names it, so that no namesake falls"
              + " under that grant one day.")
  @DeleteMapping("/admin/v1/channels/{channel}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void removeChannel(Operator operator, @PathVariable String channel) {
    var _ =
        changed(
            operator,
            "REMOVE_CHANNEL",
            channel,
            () -> requireFound(directory.removeChannel(channel)));
  }

  @Operation(
      summary = "List the game servers that can be granted",
      description = "Needs `DIRECTORY_READ`, and shows those that it was granted for.")
  @GetMapping("/admin/v1/game-servers")
  Servers servers(Operator operator) {
    Scope scope = actions.require(operator, Permission.DIRECTORY_READ, "VIEW_DIRECTORY", null);
    List<DirectoryMapper.InGroup> groups = directory.inGroups(scope.knownServers());
    return new Servers(
        directory.servers(scope.knownServers()).stream()
            .map(
                row ->
                    new ServerView(
                        row.serverId(),
                        row.name(),
                        groups.stream()
                            .filter(in -> in.serverId().equals(row.serverId()))
                            .map(in -> Long.toString(in.serverGroupId()))
                            .toList(),
                        row.createdAt()))
            .toList());
  }

  @Operation(
      summary = "Add a game server, so that it can be granted",
      description =
          "Needs `DIRECTORY_WRITE`. The `serverId` is the one of its role events and tickets.")
  @PostMapping("/admin/v1/game-servers")
  @ResponseStatus(HttpStatus.CREATED)
  ServerView addServer(Operator operator, @Valid @RequestBody NewServer body) {
    Instant now = clock.instant();
    return changed(
        operator,
        "ADD_GAME_SERVER",
        body.serverId(),
        () -> {
          directory.addServer(body.serverId(), body.name(), now);
          return new ServerView(body.serverId(), body.name(), List.of(), now);
        });
  }

  @Operation(
      summary = "Change the name that people know a game server by",
      description = "Needs `DIRECTORY_WRITE`. Its id stays.")
  @PatchMapping("/admin/v1/game-servers/{serverId}")
  Named nameServer(
      Operator operator, @PathVariable String serverId, @Valid @RequestBody Named body) {
    return changed(
        operator,
        "NAME_GAME_SERVER",
        serverId,
        () -> {
          var _ = requireFound(directory.nameServer(serverId, body.name()));
          return body;
        });
  }

  @Operation(
      summary = "Remove a game server that no grant and no server group names",
      description = "Needs `DIRECTORY_WRITE`. `409 IN_USE` while one names it.")
  @DeleteMapping("/admin/v1/game-servers/{serverId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void removeServer(Operator operator, @PathVariable String serverId) {
    var _ =
        changed(
            operator,
            "REMOVE_GAME_SERVER",
            serverId,
            () -> requireFound(directory.removeServer(serverId)));
  }

  @Operation(
      summary = "List the server groups that can be granted, with their servers",
      description =
          "Needs `DIRECTORY_READ`, and shows those of their servers that it was granted for.")
  @GetMapping("/admin/v1/server-groups")
  ServerGroups groups(Operator operator) {
    Scope scope = actions.require(operator, Permission.DIRECTORY_READ, "VIEW_DIRECTORY", null);
    return new ServerGroups(
        views(scope).stream()
            .filter(group -> scope.everything() || !group.serverIds().isEmpty())
            .toList());
  }

  private List<ServerGroupView> views(Scope scope) {
    List<DirectoryMapper.InGroup> servers = directory.inGroups(scope.knownServers());
    return directory.groups().stream()
        .map(
            group ->
                new ServerGroupView(
                    Long.toString(group.serverGroupId()),
                    group.name(),
                    servers.stream()
                        .filter(in -> in.serverGroupId() == group.serverGroupId())
                        .map(DirectoryMapper.InGroup::serverId)
                        .toList()))
        .toList();
  }

  @Operation(
      summary = "Make a group of game servers",
      description = "Needs `DIRECTORY_WRITE`. `409 IN_USE`: one of the servers has not been added.")
  @PostMapping("/admin/v1/server-groups")
  @ResponseStatus(HttpStatus.CREATED)
  ServerGroupView addGroup(Operator operator, @Valid @RequestBody ServerGroup body) {
    return changed(
        operator,
        "ADD_SERVER_GROUP",
        body.name(),
        () -> {
          directory.addGroup(body.name(), clock.instant());
          long id = directory.inserted();
          return filled(id, body);
        });
  }

  @Operation(
      summary = "Replace the name and the servers of a server group",
      description =
          "Needs `DIRECTORY_WRITE`. Name and servers are both replaced. Who was granted the group"
              + " is granted what is in it now: servers that come or go have to be the operator's"
              + " own to give.")
  @PatchMapping("/admin/v1/server-groups/{serverGroupId}")
  ServerGroupView changeGroup(
      Operator operator,
      @PathVariable("serverGroupId") String serverGroupIdText,
      @Valid @RequestBody ServerGroup body) {
    long serverGroupId = Arguments.id(serverGroupIdText);
    return actions.run(
        operator,
        Permission.DIRECTORY_WRITE,
        "CHANGE_SERVER_GROUP",
        null,
        serverGroupId + ": " + body,
        _ ->
            changes.in(
                operator,
                giver -> {
                  ServerGroupView before = existing(serverGroupId);
                  List<Long> granted = directory.grantsOfGroup(serverGroupId);
                  Extent moved =
                      Extent.of(
                          Stream.concat(
                                  before.serverIds().stream()
                                      .filter(id -> !body.serverIds().contains(id)),
                                  body.serverIds().stream()
                                      .filter(id -> !before.serverIds().contains(id)))
                              .toList());
                  giver.requireHas(
                      changes.grants().stream()
                          .filter(
                              grant -> !moved.ids().isEmpty() && granted.contains(grant.grantId()))
                          .map(
                              grant ->
                                  new Grant(
                                      grant.grantId(),
                                      grant.groupId(),
                                      grant.groupName(),
                                      grant.permissions(),
                                      new Cell(moved, grant.cell().channels()),
                                      Set.of()))
                          .toList());
                  directory.nameGroup(serverGroupId, body.name());
                  directory.emptyGroup(serverGroupId);
                  return filled(serverGroupId, body);
                }));
  }

  @Operation(
      summary = "Remove a server group that no grant names",
      description = "Needs `DIRECTORY_WRITE`. `409 IN_USE` while one names it. Its servers stay.")
  @DeleteMapping("/admin/v1/server-groups/{serverGroupId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void removeGroup(Operator operator, @PathVariable("serverGroupId") String serverGroupIdText) {
    long serverGroupId = Arguments.id(serverGroupIdText);
    var _ =
        changed(
            operator,
            "REMOVE_SERVER_GROUP",
            Long.toString(serverGroupId),
            () -> requireFound(directory.removeGroup(serverGroupId)));
  }

  private ServerGroupView filled(long id, ServerGroup body) {
    body.serverIds().stream().distinct().forEach(server -> directory.addToGroup(id, server));
    return existing(id);
  }

  private ServerGroupView existing(long id) {
    return views(Scope.EVERYTHING).stream()
        .filter(group -> group.serverGroupId().equals(Long.toString(id)))
        .findFirst()
        .orElseThrow(DirectoryAdminController::nothing);
  }

  private static int requireFound(int rows) {
    if (rows == 0) {
      throw nothing();
    }
    return rows;
  }

  private static ApiException nothing() {
    return new ApiException(ErrorCode.NOT_FOUND, "nothing has this id");
  }

  private <T> T changed(Operator operator, String action, String detail, Supplier<T> work) {
    return actions.run(
        operator,
        Permission.DIRECTORY_WRITE,
        action,
        null,
        detail,
        _ -> changes.in(operator, _ -> work.get()));
  }

  /** In the order of their ids. */
  @Schema(name = "ChannelList")
  record Channels(List<ChannelView> channels) {}

  /** A way by which players come. */
  record ChannelView(String channel, String name, Instant createdAt) {}

  /** In the order of their ids. */
  @Schema(name = "GameServerList")
  record Servers(List<ServerView> servers) {}

  /** A game server. */
  @Schema(name = "GameServerView")
  record ServerView(String serverId, String name, List<String> serverGroupIds, Instant createdAt) {}

  /** In the order in which they were made. */
  record ServerGroups(List<ServerGroupView> groups) {}

  /** Some game servers. */
  record ServerGroupView(String serverGroupId, String name, List<String> serverIds) {}

  /**
   * @param channel as accounts and characters have it
   * @param name for people
   */
  record NewChannel(
      @NotNull(message = "is missing")
          @Pattern(
              regexp = "[A-Za-z0-9_.-]{1,32}",
              message = "must be 1 to 32 of A-Z a-z 0-9 _ . -")
          String channel,
      @NotBlank(message = "is missing") @Size(max = 64, message = "must have at most 64 characters")
          String name) {}

  /**
   * @param serverId as role events have it
   * @param name for people
   */
  record NewServer(
      @NotNull(message = "is missing")
          @Pattern(
              regexp = "[A-Za-z0-9_.-]{1,32}",
              message = "must be 1 to 32 of A-Z a-z 0-9 _ . -")
          String serverId,
      @NotBlank(message = "is missing") @Size(max = 64, message = "must have at most 64 characters")
          String name) {}

  /** Its name for people. */
  record Named(
      @NotBlank(message = "is missing") @Size(max = 64, message = "must have at most 64 characters")
          String name) {}

  /** All that is in it from now on. */
  record ServerGroup(
      @NotBlank(message = "is missing") @Size(max = 64, message = "must have at most 64 characters")
          String name,
      @NotNull(message = "is missing") @Size(max = 1000, message = "must have at most 1000")
          List<@NotNull(message = "is null") String> serverIds) {}
}
