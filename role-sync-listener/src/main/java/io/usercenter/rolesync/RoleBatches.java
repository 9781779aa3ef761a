package io.usercenter.rolesync;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
import io.usercenter.role.ParsedRoleEvent;
import io.usercenter.role.RoleEvent;
import io.usercenter.role.RoleEventStreams;
import io.usercenter.role.RoleEvents;
import io.usercenter.role.RoleOutcome;
import io.usercenter.role.RoleStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/**
 * Applies a batch of entries and says which of them are done: stored, known before, or listed as
 * rejected, and told to the caches. Whatever is done may be acknowledged; doing it again is
 * harmless.
 */
final class RoleBatches {
  /** Every instance of the service listens here; messages are lines of {@code roles:<user id>}. */
  static final String INVALIDATIONS = "uc:cache-invalidations";

  private final RoleStore store;
  private final RejectedRoleEvents rejections;
  private final RedissonClient redis;
  private final RoleSyncMeters meters;

  RoleBatches(
      RoleStore store, RejectedRoleEvents rejections, RedissonClient redis, RoleSyncMeters meters) {
    this.store = store;
    this.rejections = rejections;
    this.redis = redis;
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
    for (StreamEntry entry : entries) {
      switch (RoleEvents.parse(entry.text())) {
        case ParsedRoleEvent.Valid(RoleEvent event) -> {
          readable.add(entry);
          events.add(event);
        }
        case ParsedRoleEvent.Refused(_, String message) ->
            rejected.add(
                new RejectedRoleEvents.Row(entry, RoleOutcome.Rejection.MALFORMED, message, null));
      }
    }
    List<RoleOutcome> outcomes = store.apply(events);
    List<StreamEntry> done = new ArrayList<>(entries.size());
    List<StreamEntry> held = new ArrayList<>();
    Set<UserId> changed = new TreeSet<>();
    Obstacle obstacle = null;
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
      rejections.add(RoleEventStreams.nameOf(stream), rejected);
      for (RejectedRoleEvents.Row row : rejected) {
        meters.count(new RoleOutcome.Rejected(row.reason(), row.detail()));
        done.add(row.entry());
      }
    } catch (SQLException e) {
      rejected.forEach(row -> held.add(row.entry()));
      obstacle = obstacle == null ? new Obstacle(null, e) : obstacle;
    }
    invalidate(changed);
    return new Result(done, held, obstacle);
  }

  private void invalidate(Set<UserId> users) {
    if (!users.isEmpty()) {
      redis
          .getTopic(INVALIDATIONS, StringCodec.INSTANCE)
          .publish(users.stream().map(id -> "roles:" + id).collect(Collectors.joining("\n")));
    }
  }
}
