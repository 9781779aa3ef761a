package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.roleevent.ServerId;
import io.usercenter.scope.Scope;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.ShardScatter;
import io.usercenter.shard.Shards;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which events of game servers never came, as far as their publishers number them. */
public final class RoleFeeds {
  private final ShardScatter scatter;
  private final RoleFeedTable feeds;

  public RoleFeeds(ShardPools pools) {
    this.scatter = new ShardScatter(pools);
    this.feeds = new RoleFeedTable(pools);
  }

  /**
   * Numbers of a publisher that did not come to a shard although later ones did.
   *
   * @param after every number up to this one has come
   * @param highest that has come
   * @param missing how many between the two have not
   * @param since when the first of them was missed
   */
  public record Gap(
      Shard shard,
      ServerId server,
      String publisher,
      long after,
      long highest,
      long missing,
      Instant since) {}

  /**
   * What is missing.
   *
   * @param gaps oldest first, at most a thousand of a shard
   * @param away shards that could not be asked
   */
  public record Gaps(List<Gap> gaps, Set<Shard> away) {}

  /**
   * Asks all shards.
   *
   * @param scope of the operator who asks; {@link Scope#EVERYTHING} for the service itself
   * @param olderThan events that are on their way look like missing ones for this long
   */
  public Gaps gaps(Scope scope, Duration olderThan) throws InterruptedException {
    ShardScatter.Gathered<List<RoleFeedTable.Gap>> gathered =
        scatter.ask(
            (shard, connection) ->
                RoleFeedTable.gaps(connection, scope.servers(), olderThan.toSeconds()));
    List<Gap> gaps = new ArrayList<>();
    gathered
        .answers()
        .forEach(
            (shard, some) ->
                some.forEach(
                    gap ->
                        gaps.add(
                            new Gap(
                                shard,
                                gap.feed().server(),
                                gap.feed().publisher(),
                                gap.seen().seenTo(),
                                gap.seen().highest(),
                                gap.seen().missing(),
                                gap.since()))));
    gaps.sort(Comparator.comparing(Gap::since));
    return new Gaps(gaps, gathered.missing().keySet());
  }

  /**
   * What a game server sent to a shard before this moment is known by another way than its events.
   */
  public void settle(Shard shard, ServerId server, Instant before) throws SQLException {
    feeds.settle(shard, server, before);
  }

  /**
   * Forgets publishers that no shard has heard for so many days. One that is silent only here goes
   * on numbering where it stopped: if it were forgotten, all its numbers would be missing as soon
   * as it is heard again.
   *
   * @throws SQLException also when another shard is away, which may have heard them; nothing is
   *     forgotten then
   */
  public void forget(Shard shard, long silentForDays) throws SQLException {
    List<RoleTables.Feed> silent = feeds.silent(shard, silentForDays);
    if (silent.isEmpty()) {
      return;
    }
    Map<RoleTables.Feed, Instant> lastSeen = new HashMap<>();
    for (Shard each : Shards.all()) {
      feeds
          .lastSeen(each, silent)
          .forEach((feed, at) -> lastSeen.merge(feed, at, (a, b) -> a.isAfter(b) ? a : b));
    }
    feeds.forget(shard, lastSeen, silentForDays);
  }
}
