package io.usercenter.admin;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.usercenter.account.AccountCounts;
import io.usercenter.activity.Activity;
import io.usercenter.gameserver.RoleStreamPauses;
import io.usercenter.id.LeasedUserIds;
import io.usercenter.id.MachineCensus;
import io.usercenter.id.Shard;
import io.usercenter.role.RoleEventStreams;
import io.usercenter.scope.ScopeGuard;
import io.usercenter.shard.ShardHealth;
import io.usercenter.shard.ShardPools;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The service at a glance. Nothing of it scans a table, however many accounts there are. */
@RestController
final class DashboardController {
  private final Activity activity;
  private final AccountCounts counts;
  private final RoleStreamPauses streams;
  private final ShardPools pools;
  private final LeasedUserIds ids;
  private final AdminActions actions;
  private final InstantSource clock;

  DashboardController(
      Activity activity,
      AccountCounts counts,
      RoleStreamPauses streams,
      ShardPools pools,
      LeasedUserIds ids,
      AdminActions actions,
      InstantSource clock) {
    this.activity = activity;
    this.counts = counts;
    this.streams = streams;
    this.pools = pools;
    this.ids = ids;
    this.actions = actions;
    this.clock = clock;
  }

  @Operation(
      summary = "Show the service at a glance: last day, online, role lag, shards, ids",
      description =
          "Needs `SYSTEM_READ`. Scans nothing. `online` and what is in `roleLag` are absent while"
              + " Redis is away.")
  @GetMapping("/admin/v1/dashboard")
  Dashboard dashboard(Operator operator) throws InterruptedException {
    var _ = actions.require(operator, Permission.SYSTEM_READ, "VIEW_DASHBOARD", null);
    Instant begun = clock.instant();
    Map<Activity.Kind, List<Activity.Hour>> day = activity.lastDay();
    OptionalLong online = activity.online();
    MachineCensus census = ids.census();
    List<Tile> tiles = tiles(pools.health(), ScopeGuard.trusting(counts::estimates));
    RoleLag lag = RoleLag.of(streams.lags());
    return new Dashboard(
        begun,
        Counted.of(day, Activity.Kind.REGISTRATION),
        Counted.of(day, Activity.Kind.LOGIN),
        Counted.of(day, Activity.Kind.REFUSAL),
        online.isPresent() ? online.getAsLong() : null,
        lag,
        tiles,
        census.held().stream()
            .map(holder -> SystemAdminController.HeldNumber.of(holder, census.at()))
            .toList(),
        Duration.between(begun, clock.instant()).toMillis());
  }

  private static List<Tile> tiles(ShardHealth health, SortedMap<Shard, Long> accounts) {
    double mean = accounts.values().stream().mapToLong(Long::longValue).average().orElse(0);
    return health.shards().stream()
        .map(
            row -> {
              Long here = accounts.get(row.shard());
              return new Tile(
                  row.shard().toString(),
                  row.condition().instance().toString(),
                  row.condition().up(),
                  row.condition().status().name(),
                  row.condition().reason(),
                  here,
                  here == null || mean == 0 ? null : Math.round(here / mean * 1000) / 1000.0);
            })
        .toList();
  }

  /**
   * @param registrations accounts that were made, guests' too
   * @param logins sessions that were opened for accounts that were there
   * @param refusals requests for either that were not granted, for whatever reason
   * @param online about how many players have shown themselves in the last 15 to 30 minutes, within
   *     a few percent; absent while Redis is away, and too small for half an hour after it lost its
   *     memory
   * @param shards all 32
   * @param idMachines the machine numbers that are held
   */
  record Dashboard(
      Instant at,
      Counted registrations,
      Counted logins,
      Counted refusals,
      @Nullable Long online,
      RoleLag roleLag,
      List<Tile> shards,
      List<SystemAdminController.HeldNumber> idMachines,
      long elapsedMs) {}

  /**
   * Counted by every instance and written each ten seconds; one that is killed takes ten seconds of
   * its counts with it. Redis is not needed.
   *
   * @param last24h of the hour that runs and the 23 before
   * @param perHour the oldest first
   */
  @Schema(name = "CountedByHour")
  record Counted(long last24h, List<Activity.Hour> perHour) {
    static Counted of(Map<Activity.Kind, List<Activity.Hour>> day, Activity.Kind kind) {
      List<Activity.Hour> hours = day.getOrDefault(kind, List.of());
      return new Counted(hours.stream().mapToLong(Activity.Hour::count).sum(), hours);
    }
  }

  /**
   * Role events that are not applied yet; both absent while Redis is away.
   *
   * @param maxSeconds the age of the oldest
   * @param entries how many
   */
  record RoleLag(@Nullable Double maxSeconds, @Nullable Long entries) {
    static RoleLag of(List<RoleEventStreams.Lag> lags) {
      return lags.stream()
          .map(RoleEventStreams.Lag::age)
          .max(Comparator.naturalOrder())
          .map(
              oldest ->
                  new RoleLag(
                      oldest.toMillis() / 1e3,
                      lags.stream().mapToLong(RoleEventStreams.Lag::entries).sum()))
          .orElse(new RoleLag(null, null));
    }
  }

  /**
   * @param shard two digits
   * @param status {@code UP}, {@code DOWN} or {@code REFUSED}
   * @param reason empty when up
   * @param accounts as MySQL estimates them without counting, wrong by some percent; absent when
   *     the shard does not answer
   * @param skew accounts here by the mean of the shards; 1 is even
   */
  @Schema(name = "ShardTile")
  record Tile(
      String shard,
      String instance,
      boolean up,
      String status,
      String reason,
      @Nullable Long accounts,
      @Nullable Double skew) {}
}
