package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.gameserver.RejectedRoleEvent;
import io.usercenter.gameserver.RejectedRoleEvents;
import io.usercenter.gameserver.RoleStreamPauses;
import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.platform.ApiException;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.PageSize;
import io.usercenter.role.Role;
import io.usercenter.role.RoleFeeds;
import io.usercenter.role.RoleSearch;
import io.usercenter.roleevent.InvalidRoleEventException;
import io.usercenter.roleevent.ServerId;
import io.usercenter.scope.Scope;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Characters by their names, and the sync that brings them. {@code docs/role-sync.md} */
@RestController
final class RoleAdminController {
  private static final int MOST = 500;
  private static final Duration GAP_AFTER = Duration.ofMinutes(1);

  private final RoleSearch search;
  private final RoleFeeds feeds;
  private final RejectedRoleEvents rejected;
  private final RoleStreamPauses pauses;
  private final AdminActions actions;

  RoleAdminController(
      RoleSearch search,
      RoleFeeds feeds,
      RejectedRoleEvents rejected,
      RoleStreamPauses pauses,
      AdminActions actions) {
    this.search = search;
    this.feeds = feeds;
    this.rejected = rejected;
    this.pauses = pauses;
    this.actions = actions;
  }

  @Operation(
      summary = "Find characters by the beginning of their names, in the order of the names",
      description =
          "Needs `ROLE_READ`. Letter for letter, deleted ones included. What the `missingShards`"
              + " hold is left out.")
  @GetMapping("/admin/v1/roles")
  FoundRoles find(
      Operator operator,
      @RequestParam String name,
      @RequestParam(required = false) @Nullable String serverId,
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(defaultValue = "50") @PageSize(most = MOST) int limit)
      throws InterruptedException {
    Scope scope = actions.require(operator, Permission.ROLE_READ, "FIND_ROLES", null);
    Arguments.requireLimit(limit, MOST);
    if (name.isEmpty()) {
      throw new ApiException(ErrorCode.VALIDATION_FAILED, "name must not be empty");
    }
    return found(
        () ->
            search.byName(
                scope, name, serverId == null ? null : new ServerId(serverId), after, limit));
  }

  @Operation(
      summary = "List the characters of a game server, in the order of their players' ids",
      description =
          "Needs `ROLE_READ`. Deleted ones included. What the `missingShards` hold is left out.")
  @GetMapping("/admin/v1/roles:byServer")
  FoundRoles ofServer(
      Operator operator,
      @RequestParam String serverId,
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(defaultValue = "50") @PageSize(most = MOST) int limit)
      throws InterruptedException {
    Scope scope = actions.require(operator, Permission.ROLE_READ, "LIST_ROLES", null);
    Arguments.requireLimit(limit, MOST);
    return found(() -> search.byServer(scope, new ServerId(serverId), after, limit));
  }

  private interface Search {
    RoleSearch.Page go() throws InterruptedException;
  }

  private static FoundRoles found(Search search) throws InterruptedException {
    try {
      return FoundRoles.of(search.go());
    } catch (InvalidRoleEventException e) {
      throw new ApiException(ErrorCode.VALIDATION_FAILED, String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new ApiException(ErrorCode.VALIDATION_FAILED, "after is no next of an answer");
    }
  }

  @Operation(
      summary = "List role events that were rejected, with the reason, oldest first",
      description =
          "Needs `ROLE_SYNC_READ`. Those that were applied after all only with `replayed`.")
  @GetMapping("/admin/v1/role-events/rejected")
  RejectedList rejected(
      Operator operator,
      @RequestParam(required = false) @Nullable String reason,
      @RequestParam(required = false) @Nullable String serverId,
      @RequestParam(defaultValue = "false") boolean replayed,
      @RequestParam(defaultValue = "0") long after,
      @RequestParam(defaultValue = "50") @PageSize(most = MOST) int limit) {
    Scope scope =
        actions.require(operator, Permission.ROLE_SYNC_READ, "VIEW_REJECTED_ROLE_EVENTS", null);
    Arguments.requireLimit(limit, MOST);
    List<RejectedRoleEvent> page = rejected.page(scope, after, replayed, reason, serverId, limit);
    return new RejectedList(page, page.size() < limit ? null : page.getLast().rejectedId());
  }

  @Operation(
      summary = "Apply rejected role events after all",
      description =
          "Needs `ROLE_SYNC_WRITE`. By their ids, or the oldest 500 that fit. Who does it vouches"
              + " for them: what was `FORGED` or `NOT_GRANTED` is left out unless `ids` or"
              + " `reason` names it. `POSTPONED` ones stay open.")
  @PostMapping("/admin/v1/role-events/rejected:replay")
  Replayed replay(Operator operator, @Valid @RequestBody WhatToReplay body) {
    return actions.run(
        operator,
        Permission.ROLE_SYNC_WRITE,
        "REPLAY_ROLE_EVENTS",
        null,
        body.inWords(),
        scope -> {
          List<Long> ids =
              body.ids() != null
                  ? body.ids().stream().map(Long::valueOf).toList()
                  : rejected.open(scope, body.reason(), body.serverId(), MOST);
          return new Replayed(rejected.replay(scope, ids, operator.name()));
        });
  }

  @Operation(
      summary = "List the streams of role events: how much waits, and which are paused",
      description = "Needs `ROLE_SYNC_READ` everywhere. `entries` is absent while Redis is away.")
  @GetMapping("/admin/v1/role-streams")
  Streams streams(Operator operator) {
    actions.requireEverywhere(operator, Permission.ROLE_SYNC_READ, "VIEW_ROLE_STREAMS", null);
    return new Streams(pauses.states());
  }

  @Operation(
      summary = "Pause a stream of role events for all listeners",
      description =
          "Needs `ROLE_SYNC_WRITE` everywhere. Holds some seconds later; the entries wait in"
              + " Redis. A stream that is paused already keeps its reason.")
  @PostMapping("/admin/v1/role-streams/{stream}:pause")
  Streams pause(
      Operator operator, @PathVariable String stream, @Valid @RequestBody PauseReason body) {
    return actions.runEverywhere(
        operator,
        Permission.ROLE_SYNC_WRITE,
        "PAUSE_ROLE_STREAM",
        null,
        stream + ": " + body.reason(),
        _ -> {
          pauses.pause(shard(stream), body.reason(), operator.name());
          return new Streams(pauses.states());
        });
  }

  @Operation(
      summary = "Let a paused stream of role events go on",
      description = "Needs `ROLE_SYNC_WRITE` everywhere.")
  @PostMapping("/admin/v1/role-streams/{stream}:resume")
  Streams resume(Operator operator, @PathVariable String stream) {
    return actions.runEverywhere(
        operator,
        Permission.ROLE_SYNC_WRITE,
        "RESUME_ROLE_STREAM",
        null,
        stream,
        _ -> {
          pauses.resume(shard(stream));
          return new Streams(pauses.states());
        });
  }

  @Operation(
      summary = "List events that never came although later ones of their publisher did",
      description =
          "Needs `ROLE_SYNC_READ`. What is missing for a minute or longer, of publishers that"
              + " number their events.")
  @GetMapping("/admin/v1/role-feeds/gaps")
  Gaps gaps(Operator operator) throws InterruptedException {
    Scope scope = actions.require(operator, Permission.ROLE_SYNC_READ, "VIEW_ROLE_GAPS", null);
    RoleFeeds.Gaps gaps = feeds.gaps(scope, GAP_AFTER);
    return new Gaps(gaps.gaps().stream().map(GapView::of).toList(), names(gaps.away()));
  }

  private static List<String> names(Iterable<Shard> shards) {
    TreeSet<String> names = new TreeSet<>();
    shards.forEach(shard -> names.add(shard.toString()));
    return List.copyOf(names);
  }

  private static Shard shard(String stream) {
    if (!stream.matches("[0-2][0-9]|3[01]")) {
      throw new ApiException(ErrorCode.NOT_FOUND, "streams are 00 to 31");
    }
    return new Shard(Integer.parseInt(stream));
  }

  /**
   * @param next to be sent as {@code after} for the next page; absent at the end
   * @param missingShards could not be asked: what they hold is left out
   */
  record FoundRoles(List<FoundRole> roles, @Nullable String next, List<String> missingShards) {
    static FoundRoles of(RoleSearch.Page page) {
      return new FoundRoles(
          page.roles().stream().map(FoundRole::of).toList(), page.next(), names(page.away()));
    }
  }

  /** A character and whose it is. */
  record FoundRole(UserId userId, AccountAdminController.RoleView role) {
    static FoundRole of(Role role) {
      return new FoundRole(role.userId(), AccountAdminController.RoleView.of(role));
    }
  }

  /**
   * @param next to be sent as {@code after} for the next page; absent at the end
   */
  record RejectedList(List<RejectedRoleEvent> events, @Nullable String next) {}

  /**
   * Either ids, or what they have in common; nothing at all for whatever is open and not doubtful.
   *
   * @param ids up to 500
   */
  record WhatToReplay(
      @Nullable @Size(max = MOST, message = "must have at most 500")
          List<
                  @NotNull(message = "is null")
                  @Pattern(regexp = "[0-9]{1,18}", message = "must be a rejectedId") String>
              ids,
      @Nullable @Size(max = 32, message = "must have at most 32 characters") String reason,
      @Nullable @Size(max = 32, message = "must have at most 32 characters") String serverId) {
    String inWords() {
      return new InWords()
          .with("reason", reason)
          .with("serverId", serverId)
          .with("ids", ids)
          .text();
    }
  }

  /** One for each event that was found. */
  record Replayed(List<RejectedRoleEvents.Replay> replays) {}

  /** All 32. */
  @Schema(name = "RoleStreams")
  record Streams(List<RoleStreamPauses.State> streams) {}

  /** Why an operator stops a stream. */
  record PauseReason(
      @NotBlank(message = "is missing")
          @Size(max = 255, message = "must have at most 255 characters")
          String reason) {}

  /**
   * @param missingShards could not be asked
   */
  @Schema(name = "RoleGaps")
  record Gaps(List<GapView> gaps, List<String> missingShards) {}

  /**
   * @param after every number up to this one has come
   * @param highest that has come
   * @param missing how many between the two have not
   */
  @Schema(name = "RoleGap")
  record GapView(
      String shard,
      String serverId,
      String publisher,
      long after,
      long highest,
      long missing,
      Instant since) {
    static GapView of(RoleFeeds.Gap gap) {
      return new GapView(
          gap.shard().toString(),
          gap.server().value(),
          gap.publisher(),
          gap.after(),
          gap.highest(),
          gap.missing(),
          gap.since());
    }
  }
}
