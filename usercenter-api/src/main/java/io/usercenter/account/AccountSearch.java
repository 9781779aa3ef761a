package io.usercenter.account;

import io.usercenter.id.Shard;
import io.usercenter.id.UserIdLayout;
import io.usercenter.scope.Cell;
import io.usercenter.scope.Condition;
import io.usercenter.scope.Extent;
import io.usercenter.scope.Scope;
import io.usercenter.shard.ShardPages;
import io.usercenter.shard.ShardPools;
import io.usercenter.shard.ShardScatter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lists accounts over all shards, the newest ids first. Each shard walks an index in the order of
 * the ids and looks at a bounded number of entries for one page, however few of them fit: what
 * nobody has costs as much as what everybody has, and then a page is short though others follow.
 */
public final class AccountSearch {
  /** So many entries of an index a shard looks at for one page when few of them fit. */
  private static final int FAR = 2_000;

  /** More channels than this are a filter, not so many walks through an index. */
  private static final int MOST_WALKS = 8;

  /** An id tells when it was minted, by a clock that is at most so far from that of the account. */
  private static final Duration SLACK = Duration.ofMinutes(1);

  private static final String SELECT =
      "SELECT"
          + ShardScatter.AT_MOST_A_SECOND
          + """
          c.user_id AS seen, u.user_id, COALESCE(u.login_name, u.username) AS username,
             u.display_name, u.status, u.channel, u.register_time, u.last_login_time
            FROM (
          """;

  private static final String BEHIND =
      " user_id < ? AND user_id >= ? ORDER BY user_id DESC LIMIT ?) c ";

  private static final String EVERYBODY = "SELECT user_id FROM user FORCE INDEX (PRIMARY) WHERE";

  private static final String OF_CHANNEL =
      "SELECT user_id FROM user FORCE INDEX (user_channel) WHERE channel = ? AND";

  /** Few have a date, so that their ids are sorted in no time. */
  private static final String LEAVING =
      "SELECT user_id FROM user FORCE INDEX (user_erase_after) WHERE erase_after IS NOT NULL AND";

  private static final String FITTING =
      """
      LEFT JOIN user u ON u.user_id = c.user_id
       AND u.status IN ('ACTIVE', 'PENDING_DELETION') AND (? IS NULL OR u.status = ?)
       AND u.register_time >= ? AND u.register_time < ?
       AND (? IS NULL OR u.channel = ?)
       AND\s
      """;

  private static final ShardPages<ListedAccount, Long> NEWEST_FIRST =
      new ShardPages<>(
          account -> account.userId().value(), Comparator.<Long>naturalOrder().reversed());

  private final ShardScatter scatter;

  AccountSearch(ShardPools pools) {
    this.scatter = new ShardScatter(pools, ShardScatter.PATIENCE);
  }

  /**
   * What to look for.
   *
   * @param scope of who looks; an account beyond it is not there
   * @param channel null for all
   * @param status null for any
   * @param from registered then or later
   * @param to registered before
   * @param mintedBefore no account that was registered before {@code to} has an id from later on;
   *     the same as {@code to} unless accounts were imported
   */
  public record Wanted(
      Scope scope,
      @Nullable String channel,
      @Nullable AccountStatus status,
      Instant from,
      Instant to,
      Instant mintedBefore) {
    /** The only channels that fit; null when others may. */
    @Nullable Set<String> channels() {
      if (channel != null) {
        return Set.of(channel);
      }
      List<Extent> some = scope.cells().stream().map(Cell::channels).toList();
      return some.stream().anyMatch(Extent::all)
          ? null
          : some.stream()
              .flatMap(extent -> extent.ids().stream())
              .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /**
   * Some of what was found; may be short, or empty, although there is a next one.
   *
   * @param next for the next page; null at the end
   * @param away shards that could not be asked, or did not answer in time
   */
  public record Page(List<ListedAccount> accounts, @Nullable String next, Set<Shard> away) {}

  /**
   * One page.
   *
   * @param after {@link Page#next} of the page before; null for the first one
   * @throws IllegalArgumentException if {@code after} is none
   */
  public Page list(Wanted wanted, @Nullable String after, int atMost) throws InterruptedException {
    long before =
        Math.min(
            UserIdLayout.firstIdAt(wanted.mintedBefore().plus(SLACK)),
            after == null ? Long.MAX_VALUE : Long.parseLong(ShardPages.parts(after, 1).getFirst()));
    // A shard rarely has more than this of a page; if it has, the page is a little shorter.
    int each = Math.min(atMost, atMost / 8 + 8);
    ShardPages.Page<ListedAccount, Long> page =
        NEWEST_FIRST.merged(
            scatter.ask((shard, connection) -> in(connection, wanted, before, each)), atMost);
    Long next = page.next();
    return new Page(
        page.rows(), next == null ? null : ShardPages.text(next.toString()), page.away());
  }

  private static ShardPages.Part<ListedAccount, Long> in(
      Connection connection, Wanted wanted, long before, int each) throws SQLException {
    Set<String> channels = wanted.channels();
    if (channels != null && channels.isEmpty()) {
      return new ShardPages.Part<>(List.of(), null);
    }
    if (wanted.status() == AccountStatus.PENDING_DELETION) {
      return walk(connection, LEAVING, null, wanted, before, each);
    }
    if (channels == null || channels.size() > MOST_WALKS) {
      return walk(connection, EVERYBODY, null, wanted, before, each);
    }
    List<ShardPages.Part<ListedAccount, Long>> parts = new ArrayList<>();
    for (String channel : channels) {
      parts.add(walk(connection, OF_CHANNEL, channel, wanted, before, each));
    }
    return NEWEST_FIRST.joined(parts);
  }

  /** Looks at a few entries first, which is enough when most of them fit. */
  private static ShardPages.Part<ListedAccount, Long> walk(
      Connection connection,
      String index,
      @Nullable String channel,
      Wanted wanted,
      long before,
      int each)
      throws SQLException {
    Step near = step(connection, index, channel, wanted, before, each);
    if (near.seenTo() == null || near.fitting().size() == each) {
      return new ShardPages.Part<>(near.fitting(), near.seenTo());
    }
    Step far = step(connection, index, channel, wanted, near.seenTo(), FAR);
    List<ListedAccount> all = new ArrayList<>(near.fitting());
    all.addAll(far.fitting());
    return new ShardPages.Part<>(all, far.seenTo());
  }

  private static Step step(
      Connection connection,
      String index,
      @Nullable String channel,
      Wanted wanted,
      long before,
      int entries)
      throws SQLException {
    Condition visible = wanted.scope().visible();
    String sql = SELECT + index + BEHIND + FITTING + visible.sql() + " ORDER BY c.user_id DESC";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      int at = 0;
      if (channel != null) {
        select.setString(++at, channel);
      }
      select.setLong(++at, before);
      select.setLong(++at, UserIdLayout.firstIdAt(wanted.from().minus(SLACK)));
      select.setInt(++at, entries);
      String status = wanted.status() == null ? null : wanted.status().name();
      select.setString(++at, status);
      select.setString(++at, status);
      select.setTimestamp(++at, Timestamp.from(wanted.from()));
      select.setTimestamp(++at, Timestamp.from(wanted.to()));
      select.setString(++at, wanted.channel());
      select.setString(++at, wanted.channel());
      visible.bind(select, at + 1);
      return Step.of(select, entries);
    }
  }

  /**
   * @param seenTo the last entry that was looked at; null: there are no more
   */
  private record Step(List<ListedAccount> fitting, @Nullable Long seenTo) {
    static Step of(PreparedStatement select, int entries) throws SQLException {
      List<ListedAccount> fitting = new ArrayList<>();
      int seen = 0;
      long last = 0;
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          seen++;
          last = row.getLong("seen");
          if (row.getString("username") != null) {
            fitting.add(ListedAccount.of(row));
          }
        }
      }
      return new Step(fitting, seen < entries ? null : last);
    }
  }
}
