package io.usercenter.account;

import io.usercenter.id.Shard;
import io.usercenter.id.UserId;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
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

  /** More channels or servers than this are a filter, not so many walks through an index. */
  private static final int MOST_WALKS = 8;

  /** An id tells when it was minted, by a clock that is at most so far from that of the account. */
  private static final Duration SLACK = Duration.ofMinutes(1);

  private static final String COLUMNS =
      """
      u.user_id, COALESCE(u.login_name, u.username) AS username, u.display_name, u.status,
         u.channel, u.register_time, u.last_login_time
      """;

  private static final String BEHIND = " u.user_id < ? AND u.user_id >= ? ";

  private static final String IN_ORDER = " ORDER BY u.user_id DESC LIMIT ?";

  private static final String FITTING =
      """
       u.status IN ('ACTIVE', 'PENDING_DELETION') AND (? IS NULL OR u.status = ?)
       AND u.register_time >= ? AND u.register_time < ?
       AND (? IS NULL OR u.channel = ?)
       AND\s
      """;

  /**
   * The index that is walked.
   *
   * @param table of it
   * @param name which one
   * @param of the condition that the walk begins with, with a {@code ?} for {@code what}
   * @param what null: all of the index
   */
  private record Walk(String table, String name, String of, @Nullable String what) {
    private static final String USER = "user";
    private static final String ROLE = "role";

    static final Walk EVERYBODY = new Walk(USER, "PRIMARY", "", null);

    /** Few have a date, so that their ids are sorted in no time. */
    static final Walk LEAVING =
        new Walk(USER, "user_erase_after", "u.erase_after IS NOT NULL AND", null);

    static Walk ofChannel(String channel) {
      return new Walk(USER, "user_channel", "u.channel = ? AND", channel);
    }

    /** Of those who have a character there, each for one entry. */
    static Walk ofServer(String server) {
      return new Walk(ROLE, "role_server", "u.server_id = ? AND", server);
    }

    boolean ofCharacters() {
      return table.equals(ROLE);
    }

    String ids() {
      return (ofCharacters() ? "SELECT DISTINCT" : "SELECT") + " u.user_id" + entries();
    }

    String entries() {
      return " FROM " + table + " u FORCE INDEX (" + name + ") WHERE " + of + BEHIND;
    }
  }

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
      return only(Cell::channels);
    }

    /** Who fits has a character on one of these servers; null when others may fit. */
    @Nullable Set<String> servers() {
      return only(Cell::servers);
    }

    private @Nullable Set<String> only(Function<Cell, Extent> side) {
      List<Extent> some = scope.cells().stream().map(side).toList();
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
    int each = ShardPages.ofEach(atMost);
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
      return walk(connection, Walk.LEAVING, wanted, before, each);
    }
    if (channels == null || channels.size() > MOST_WALKS) {
      Set<String> servers = wanted.servers();
      return servers == null || servers.size() > MOST_WALKS
          ? walk(connection, Walk.EVERYBODY, wanted, before, each)
          : onServers(connection, servers, wanted, before, each);
    }
    List<ShardPages.Part<ListedAccount, Long>> parts = new ArrayList<>();
    for (String channel : channels) {
      parts.add(walk(connection, Walk.ofChannel(channel), wanted, before, each));
    }
    return NEWEST_FIRST.joined(parts);
  }

  /** Who has characters on several servers is found by the first walk. */
  private static ShardPages.Part<ListedAccount, Long> onServers(
      Connection connection, Set<String> servers, Wanted wanted, long before, int each)
      throws SQLException {
    Set<UserId> known = new HashSet<>();
    List<ShardPages.Part<ListedAccount, Long>> parts = new ArrayList<>();
    for (String server : servers) {
      ShardPages.Part<ListedAccount, Long> part =
          walk(connection, Walk.ofServer(server), wanted, before, each);
      List<ListedAccount> others =
          part.rows().stream().filter(account -> known.add(account.userId())).toList();
      parts.add(new ShardPages.Part<>(others, part.seenTo()));
    }
    return NEWEST_FIRST.joined(parts);
  }

  /** Looks at a few entries first, which is enough when most of them fit. */
  private static ShardPages.Part<ListedAccount, Long> walk(
      Connection connection, Walk walk, Wanted wanted, long before, int each) throws SQLException {
    ShardPages.Part<ListedAccount, Long> near = near(connection, walk, wanted, before, each);
    Long seenTo = near.seenTo();
    if (seenTo == null || near.rows().size() > each / 2) {
      return near;
    }
    int missing = each - near.rows().size();
    ShardPages.Part<ListedAccount, Long> far =
        walk.ofCharacters()
            ? cut(near(connection, walk, wanted, seenTo, FAR), missing)
            : far(connection, walk, wanted, seenTo, missing);
    List<ListedAccount> all = new ArrayList<>(near.rows());
    all.addAll(far.rows());
    return new ShardPages.Part<>(all, far.seenTo());
  }

  private static ShardPages.Part<ListedAccount, Long> cut(
      ShardPages.Part<ListedAccount, Long> part, int atMost) {
    List<ListedAccount> rows = part.rows();
    return rows.size() <= atMost
        ? part
        : new ShardPages.Part<>(rows.subList(0, atMost), rows.get(atMost - 1).userId().value());
  }

  /** Those that fit among the next few entries. */
  private static ShardPages.Part<ListedAccount, Long> near(
      Connection connection, Walk walk, Wanted wanted, long before, int entries)
      throws SQLException {
    Condition visible = wanted.scope().visible();
    String sql =
        "SELECT"
            + ShardScatter.AT_MOST_A_SECOND
            + "c.user_id AS seen,"
            + COLUMNS
            + "FROM ("
            + walk.ids()
            + IN_ORDER
            + ") c LEFT JOIN user u ON u.user_id = c.user_id AND"
            + FITTING
            + visible.sql()
            + " ORDER BY c.user_id DESC";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      int at = bindEntries(select, walk, before, first(wanted));
      select.setInt(at++, entries);
      var _ = visible.bind(select, bindFitting(select, at, wanted));
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
      return new ShardPages.Part<>(fitting, seen < entries ? null : last);
    }
  }

  /** The first ones that fit, up to the entry that is too far away. */
  private static ShardPages.Part<ListedAccount, Long> far(
      Connection connection, Walk walk, Wanted wanted, long before, int atMost)
      throws SQLException {
    Long end = end(connection, walk, wanted, before);
    Condition visible = wanted.scope().visible();
    String sql =
        "SELECT"
            + ShardScatter.AT_MOST_A_SECOND
            + COLUMNS
            + walk.entries()
            + "AND"
            + FITTING
            + visible.sql()
            + IN_ORDER;
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      int at = bindEntries(select, walk, before, end == null ? first(wanted) : end);
      select.setInt(visible.bind(select, bindFitting(select, at, wanted)), atMost);
      List<ListedAccount> fitting = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          fitting.add(ListedAccount.of(row));
        }
      }
      return new ShardPages.Part<>(
          fitting, fitting.size() == atMost ? (Long) fitting.getLast().userId().value() : end);
    }
  }

  /** The entry at which a shard stops looking; null: there are fewer. */
  private static @Nullable Long end(Connection connection, Walk walk, Wanted wanted, long before)
      throws SQLException {
    Condition carried = wanted.scope().carried();
    String sql =
        "SELECT"
            + ShardScatter.AT_MOST_A_SECOND
            + "u.user_id"
            + walk.entries()
            + "AND "
            + carried.sql()
            + " ORDER BY u.user_id DESC LIMIT 1 OFFSET "
            + (FAR - 1);
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      var _ = carried.bind(select, bindEntries(select, walk, before, first(wanted)));
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getLong(1) : null;
      }
    }
  }

  private static long first(Wanted wanted) {
    return UserIdLayout.firstIdAt(wanted.from().minus(SLACK));
  }

  private static int bindEntries(PreparedStatement select, Walk walk, long before, long first)
      throws SQLException {
    int at = 1;
    if (walk.what() != null) {
      select.setString(at++, walk.what());
    }
    select.setLong(at++, before);
    select.setLong(at++, first);
    return at;
  }

  private static int bindFitting(PreparedStatement select, int from, Wanted wanted)
      throws SQLException {
    int at = from;
    String status = wanted.status() == null ? null : wanted.status().name();
    select.setString(at++, status);
    select.setString(at++, status);
    select.setTimestamp(at++, Timestamp.from(wanted.from()));
    select.setTimestamp(at++, Timestamp.from(wanted.to()));
    select.setString(at++, wanted.channel());
    select.setString(at++, wanted.channel());
    return at;
  }
}
