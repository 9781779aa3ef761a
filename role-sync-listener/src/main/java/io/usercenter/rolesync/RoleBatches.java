package io.usercenter.rolesync;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.role.RoleOutcome;
import io.usercenter.role.RoleStore;
import io.usercenter.roleevent.ParsedRoleEvent;
import io.usercenter.roleevent.RoleEvent;
import io.usercenter.roleevent.RoleEventEntry;
import io.usercenter.roleevent.RoleEvents;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Applies a batch of entries and says which of them are done: stored, known before, or listed as
 * rejected, and told to the caches. Whatever is done may be acknowledged; doing it again is
 * harmless.
 */
final class RoleBatches {
  private final RoleStore store;
  private final RejectedRoleEvents rejections;
  private final Signatures signatures;
  private final CacheNews news;
  private final RoleSyncMeters meters;

  RoleBatches(
      RoleStore store,
      RejectedRoleEvents rejections,
      Signatures signatures,
      CacheNews news,
      RoleSyncMeters meters) {
    this.store = store;
    this.rejections = rejections;
    this.signatures = signatures;
    this.news = news;
    this.meters = meters;
  }

  /**
   * What became of a batch.
   *
   * @param held are not done and come again
   * @param obstacle why; null when none is held
   */
  record Result(List<StreamEntry> done, List<StreamEntry> held, @Nullable Obstacle obstacle) {}

  /**
   * Why entries are held.
   *
   * @param shard that is away; null for the admin database
   */
  record Obstacle(@Nullable Shard shard, SQLException cause) {}

  /**
   * Applies the entries of a stream.
   *
   * @throws org.redisson.client.RedisException the caches could not be told; nothing is done
   */
  Result apply(Shard stream, List<StreamEntry> entries) {
    List<StreamEntry> readable = new ArrayList<>(entries.size());
    List<RoleEvent> events = new ArrayList<>(entries.size());
    List<RejectedRoleEvents.Row> rejected = new ArrayList<>();
    List<StreamEntry> held = new ArrayList<>();
    Obstacle obstacle = null;
    for (StreamEntry entry : entries) {
      switch (RoleEvents.parse(entry.text())) {
        case ParsedRoleEvent.Valid(RoleEvent event) -> {
          try {
            Signatures.Refusal refusal = signatures.judge(entry, event);
            if (refusal == null) {
              readable.add(entry);
              events.add(event);
            } else {
              rejected.add(
                  new RejectedRoleEvents.Row(entry, refusal.reason(), refusal.detail(), event));
            }
          } catch (SQLException e) {
            held.add(entry);
            obstacle = new Obstacle(null, e);
          }
        }
        case ParsedRoleEvent.Refused(_, String message) ->
            rejected.add(
                new RejectedRoleEvents.Row(entry, RoleOutcome.Rejection.MALFORMED, message, null));
      }
    }
    List<RoleOutcome> outcomes = store.apply(events);
    List<StreamEntry> done = new ArrayList<>(entries.size());
    Set<UserId> changed = new TreeSet<>();
    for (int i = 0; i < events.size(); i++) {
      RoleEvent event = events.get(i);
      RoleOutcome outcome = outcomes.get(i);
      switch (outcome) {
        // A superseded one too: its first delivery may have died after the write.
        case RoleOutcome.Applied _, RoleOutcome.Superseded _ -> {
          meters.count(outcome);
          done.add(readable.get(i));
          changed.add(event.userId());
        }
        case RoleOutcome.Parked() -> {
          meters.count(outcome);
          done.add(readable.get(i));
        }
        case RoleOutcome.Rejected(RoleOutcome.Rejection reason, String detail) ->
            rejected.add(new RejectedRoleEvents.Row(readable.get(i), reason, detail, event));
        case RoleOutcome.Postponed(Shard away, _, SQLException cause) -> {
          meters.count(outcome);
          held.add(readable.get(i));
          if (away.equals(event.userId().shard())) {
            obstacle = new Obstacle(away, cause);
          } else {
            // Only the locator is missing; the player's roles have changed.
            changed.add(event.userId());
            obstacle = obstacle == null ? new Obstacle(away, cause) : obstacle;
          }
        }
      }
    }
    try {
      rejections.add(RoleEventEntry.streamOf(stream), rejected);
      for (RejectedRoleEvents.Row row : rejected) {
        meters.count(new RoleOutcome.Rejected(row.reason(), row.detail()));
        done.add(row.entry());
      }
    } catch (SQLException e) {
      rejected.forEach(row -> held.add(row.entry()));
      obstacle = obstacle == null ? new Obstacle(null, e) : obstacle;
    }
    news.changed(changed);
    return new Result(done, held, obstacle);
  }
}
