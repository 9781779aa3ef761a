package io.usercenter.gameserver;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.player.PlayerRoleLists;
import io.usercenter.role.RoleOutcome;
import io.usercenter.role.RoleStore;
import io.usercenter.roleevent.ParsedRoleEvent;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleEvents;
import io.usercenter.scope.Condition;
import io.usercenter.scope.Scope;
import io.usercenter.scope.ScopeGuard;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Role events that were not applied, and applying them after all. Whoever replays one vouches for
 * it, so nobody asks for its signature; doing it twice changes nothing.
 */
@Component
public final class RejectedRoleEvents {
  private final RejectedEventRows rows;
  private final RoleStore store;
  private final PlayerRoleLists lists;
  private final InstantSource clock;

  RejectedRoleEvents(
      RejectedEventRows rows, RoleStore store, PlayerRoleLists lists, InstantSource clock) {
    this.rows = rows;
    this.store = store;
    this.lists = lists;
    this.clock = clock;
  }

  /**
   * In the order in which they were rejected.
   *
   * @param after the id of the last one known, 0 from the first
   * @param replayed whether those are among them that were applied after all
   * @param reason only of this one; null for all
   * @param serverId only of this game server; null for all
   */
  public List<RejectedRoleEvent> page(
      Scope scope,
      long after,
      boolean replayed,
      @Nullable String reason,
      @Nullable String serverId,
      int atMost) {
    return rows.page(scope.servers(), after, replayed, reason, serverId, true, atMost).stream()
        .map(RejectedEventRows.Row::toEvent)
        .toList();
  }

  /**
   * The ids of the oldest open ones, to be replayed without being looked at. Those whose sender was
   * not believed, {@code FORGED} and {@code NOT_GRANTED}, are among them only when that reason is
   * named.
   *
   * @param reason only of this one; null for all the others
   * @param serverId only of this game server; null for all
   */
  public List<Long> open(
      Scope scope, @Nullable String reason, @Nullable String serverId, int atMost) {
    return rows.page(scope.servers(), 0, false, reason, serverId, reason != null, atMost).stream()
        .map(RejectedEventRows.Row::rejectedId)
        .toList();
  }

  /**
   * What became of one.
   *
   * @param outcome {@code APPLIED}, {@code SUPERSEDED}, {@code PARKED}, {@code POSTPONED} (it stays
   *     open), or the reason why it was rejected again
   */
  public record Replay(String rejectedId, String outcome, @Nullable String detail) {}

  /** Applies these; ids that nothing in scope has are left out. */
  public List<Replay> replay(Scope scope, List<Long> ids, String by) {
    Condition servers = scope.servers();
    List<RejectedEventRows.Row> readable = new ArrayList<>();
    List<RoleEvent> events = new ArrayList<>();
    List<Replay> replays = new ArrayList<>();
    List<RejectedEventRows.Row> found = ids.isEmpty() ? List.of() : rows.byIds(servers, ids);
    for (RejectedEventRows.Row row : found) {
      switch (RoleEvents.parse(row.event())) {
        case ParsedRoleEvent.Valid(RoleEvent event) -> {
          readable.add(row);
          events.add(event);
        }
        case ParsedRoleEvent.Refused(_, String message) ->
            replays.add(ended(servers, row, RoleOutcome.Rejection.MALFORMED.name(), message, by));
      }
    }
    List<RoleOutcome> outcomes = ScopeGuard.trusting(() -> store.apply(events));
    for (int i = 0; i < outcomes.size(); i++) {
      RejectedEventRows.Row row = readable.get(i);
      RoleOutcome outcome = outcomes.get(i);
      replays.add(
          switch (outcome) {
            case RoleOutcome.Postponed(Shard shard, _, _) ->
                new Replay(
                    Long.toString(row.rejectedId()), outcome.code(), "shard " + shard + " is away");
            case RoleOutcome.Rejected(_, String detail) ->
                ended(servers, row, outcome.code(), detail, by);
            default -> ended(servers, row, outcome.code(), null, by);
          });
    }
    events.stream().map(RoleEvent::userId).distinct().forEach(this::forgetList);
    return replays;
  }

  private void forgetList(UserId user) {
    lists.announceChanged(user);
  }

  private Replay ended(
      Condition scope,
      RejectedEventRows.Row row,
      String outcome,
      @Nullable String detail,
      String by) {
    rows.replayed(scope, row.rejectedId(), clock.instant(), by, outcome);
    return new Replay(Long.toString(row.rejectedId()), outcome, detail);
  }
}
