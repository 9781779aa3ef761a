package io.usercenter.gameserver;

import io.swagger.v3.oas.annotations.Operation;
import io.usercenter.id.UserId;
import io.usercenter.platform.ErrorCode;
import io.usercenter.platform.Redis;
import io.usercenter.player.PlayerRoleLists;
import io.usercenter.role.RoleEventStreams;
import io.usercenter.role.RoleOutcome;
import io.usercenter.role.RoleStore;
import io.usercenter.roleevent.ParsedRoleEvent;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleEvents;
import io.usercenter.trace.TraceParent;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/**
 * The HTTP door for role events. They go into the same streams that game servers may write to
 * themselves; when Redis is away they are applied at once.
 */
@RestController
final class RoleEventController {
  private static final int MAX_BATCH = 500;

  private final Redis redis;
  private final RoleStore store;
  private final PlayerRoleLists lists;

  RoleEventController(Redis redis, RoleStore store, PlayerRoleLists lists) {
    this.redis = redis;
    this.store = store;
    this.lists = lists;
  }

  @Operation(
      summary = "Tell of up to 500 changes of characters; safe to send again",
      description =
          "Each event has its result, in the same order. `POSTPONED` is not stored, so send it"
              + " again; `REJECTED` will never be applied, and `reason` says why; all others are"
              + " taken care of. Events that come twice or late change nothing, because they"
              + " carry a revision.")
  @PostMapping("/server/v1/role-events")
  Results accept(GameServer server, @Valid @RequestBody Batch body) {
    @Nullable Result[] results = new Result[body.events().size()];
    List<RoleEvent> good = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < results.length; i++) {
      JsonNode node = body.events().get(i);
      switch (RoleEvents.parse(node)) {
        case ParsedRoleEvent.Refused(String field, String message) ->
            results[i] = new Result(idOf(node), Status.REJECTED, "MALFORMED", message);
        case ParsedRoleEvent.Valid(RoleEvent event)
            when !server.speaksFor(event.serverId().value()) ->
            results[i] =
                new Result(
                    event.eventId(),
                    Status.REJECTED,
                    ErrorCode.SERVER_NOT_GRANTED.name(),
                    "the credential does not speak for server " + event.serverId().value());
        case ParsedRoleEvent.Valid(RoleEvent event) -> {
          good.add(event);
          places.add(i);
        }
      }
    }
    List<Result> taken = take(server, good);
    for (int i = 0; i < places.size(); i++) {
      results[places.get(i)] = taken.get(i);
    }
    return new Results(Arrays.asList(results));
  }

  private List<Result> take(GameServer server, List<RoleEvent> events) {
    TraceParent cause = TraceParent.current();
    String traceParent = cause == null ? null : cause.toString();
    if (redis.tell(
        "publish role events",
        client -> new RoleEventStreams(client).publish(events, server.eventKey(), traceParent))) {
      return events.stream()
          .map(event -> new Result(event.eventId(), Status.ACCEPTED, null, null))
          .toList();
    }
    List<RoleOutcome> outcomes = store.apply(events);
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      results.add(resultOf(events.get(i), outcomes.get(i)));
    }
    events.stream().map(RoleEvent::userId).distinct().forEach(this::forgetList);
    return results;
  }

  private void forgetList(UserId user) {
    lists.announceChanged(user);
  }

  private static Result resultOf(RoleEvent event, RoleOutcome outcome) {
    return switch (outcome) {
      case RoleOutcome.Applied() -> new Result(event.eventId(), Status.APPLIED, null, null);
      case RoleOutcome.Superseded() -> new Result(event.eventId(), Status.SUPERSEDED, null, null);
      case RoleOutcome.Parked() -> new Result(event.eventId(), Status.PARKED, null, null);
      case RoleOutcome.Rejected(RoleOutcome.Rejection reason, String detail) ->
          new Result(event.eventId(), Status.REJECTED, reason.name(), detail);
      case RoleOutcome.Postponed postponed ->
          new Result(
              event.eventId(),
              Status.POSTPONED,
              "SHARD_UNAVAILABLE",
              "send it again in %d s".formatted(postponed.retryAfter().toSeconds()));
    };
  }

  private static @Nullable String idOf(JsonNode node) {
    JsonNode id = node.get("eventId");
    return id != null && id.isString() ? id.stringValue() : null;
  }

  /** What became of an event. */
  enum Status {
    /** It is in the stream and will be applied. */
    ACCEPTED,
    /** It is in the shard. */
    APPLIED,
    /** The shard knew it, or something newer. */
    SUPERSEDED,
    /** Its player is not there yet; it is kept and applied when he appears. */
    PARKED,
    /** It will never be applied; the reason says why. */
    REJECTED,
    /** It is not stored; send it again. */
    POSTPONED
  }

  /**
   * @param events up to 500, in the form of {@code docs/role-sync.md}
   */
  record Batch(
      @NotNull(message = "is missing") @Size(max = MAX_BATCH, message = "must have at most 500")
          List<@NotNull(message = "is null") JsonNode> events) {}

  /**
   * @param results one for each event, in the same order
   */
  record Results(List<Result> results) {}

  /**
   * @param eventId as sent; absent when there was none
   * @param reason absent when all is well
   */
  record Result(
      @Nullable String eventId, Status status, @Nullable String reason, @Nullable String detail) {}
}
