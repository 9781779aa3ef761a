package io.usercenter.role;

import io.usercenter.id.Shard;
import io.usercenter.roleevent.ServerId;
import io.usercenter.scope.Condition;
import io.usercenter.shard.ShardPools;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** Table {@code role_feed}: which of the numbered events of each publisher have come to a shard. */
final class RoleFeedTable {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Of feeds whose numbers came in order and go on doing so. Rows are locked in the given order.
   */
  private static final String GO_ON =
      """
      UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
               server_id VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[0]',
               publisher VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[1]',
               first     BIGINT      PATH '$[2]',
               last      BIGINT      PATH '$[3]')) e
        STRAIGHT_JOIN role_feed f ON f.server_id = e.server_id AND f.publisher = e.publisher
         SET f.seen_to = e.last, f.seen_at = UTC_TIMESTAMP(3)
       WHERE f.seen_to = e.first - 1 AND f.ahead = ''
      """;

  private static final String INSERT =
      """
      INSERT IGNORE INTO role_feed (server_id, publisher, seen_to, ahead, stuck_at, seen_at)
      SELECT e.server_id, e.publisher, 0, '', NULL, UTC_TIMESTAMP(3)
        FROM JSON_TABLE(?, '$[*]' COLUMNS (
               server_id VARCHAR(32) PATH '$[0]',
               publisher VARCHAR(32) PATH '$[1]')) e
      """;

  /** The collations are those of the columns, or the join could not use the primary key. */
  private static final String LOCK =
      """
      SELECT e.n, f.seen_to, f.ahead, f.stuck_at
        FROM JSON_TABLE(?, '$[*]' COLUMNS (
               n         FOR ORDINALITY,
               server_id VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[0]',
               publisher VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[1]')) e
        JOIN role_feed f ON f.server_id = e.server_id AND f.publisher = e.publisher
         FOR UPDATE OF f
      """;

  /** All rows are there: this only updates. */
  private static final String UPDATE =
      """
      INSERT INTO role_feed (server_id, publisher, seen_to, ahead, stuck_at, seen_at)
      SELECT e.server_id, e.publisher, e.seen_to, e.ahead,
             IF(e.ahead = '', NULL, UTC_TIMESTAMP(3)), UTC_TIMESTAMP(3)
        FROM JSON_TABLE(?, '$[*]' COLUMNS (
               server_id VARCHAR(32) PATH '$[0]',
               publisher VARCHAR(32) PATH '$[1]',
               seen_to   BIGINT      PATH '$[2]',
               ahead     TEXT        PATH '$[3]')) e
      ON DUPLICATE KEY UPDATE
        stuck_at = IF(VALUES(ahead) = '', NULL,
                      IF(VALUES(seen_to) > role_feed.seen_to OR role_feed.stuck_at IS NULL,
                         VALUES(stuck_at), role_feed.stuck_at)),
        seen_to  = VALUES(seen_to),
        ahead    = VALUES(ahead),
        seen_at  = VALUES(seen_at)
      """;

  private static final String GAPS =
      """
      SELECT server_id, publisher, seen_to, ahead, stuck_at FROM role_feed
       WHERE stuck_at < UTC_TIMESTAMP(3) - INTERVAL ? SECOND AND
      """;

  private static final String SETTLE =
      """
      UPDATE role_feed SET seen_to = ?, ahead = '', stuck_at = NULL
       WHERE server_id = ? AND publisher = ?
      """;

  private static final String SILENT =
      """
      SELECT server_id, publisher FROM role_feed
       WHERE seen_at < UTC_TIMESTAMP(3) - INTERVAL ? DAY LIMIT 1000
      """;

  private static final String LAST_SEEN =
      """
      SELECT e.n, f.seen_at
        FROM JSON_TABLE(?, '$[*]' COLUMNS (
               n         FOR ORDINALITY,
               server_id VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[0]',
               publisher VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[1]')) e
        JOIN role_feed f ON f.server_id = e.server_id AND f.publisher = e.publisher
      """;

  private static final String KEEP =
      """
      UPDATE role_feed SET seen_at = GREATEST(seen_at, ?)
       WHERE server_id = ? AND publisher = ?
      """;

  private static final String FORGET =
      """
      DELETE FROM role_feed
       WHERE server_id = ? AND publisher = ? AND seen_at < UTC_TIMESTAMP(3) - INTERVAL ? DAY
      """;

  private final ShardPools pools;

  RoleFeedTable(ShardPools pools) {
    this.pools = pools;
  }

  /** Numbers that nobody has seen although later ones came. */
  record Gap(RoleTables.Feed feed, SeenNumbers seen, Instant since) {}

  /** These have come. Saying so again changes nothing. */
  void note(Shard shard, SortedMap<RoleTables.Feed, List<Long>> numbers) throws SQLException {
    if (goOn(shard, numbers)) {
      return;
    }
    List<RoleTables.Feed> feeds = List.copyOf(numbers.keySet());
    String keys = keys(feeds);
    try (Connection connection = pools.of(shard).getConnection()) {
      connection.setAutoCommit(false);
      try {
        Map<RoleTables.Feed, SeenNumbers> before = lock(connection, feeds, keys);
        if (before.size() < feeds.size()) {
          try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setString(1, keys);
            insert.executeUpdate();
          }
          before = lock(connection, feeds, keys);
        }
        ArrayNode rows = JSON.createArrayNode();
        before.forEach(
            (feed, seen) -> {
              SeenNumbers now = seen.with(numbers.getOrDefault(feed, List.of()));
              addKey(rows, feed).add(now.seenTo()).add(now.aheadText());
            });
        try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
          update.setString(1, JSON.writeValueAsString(rows));
          update.executeUpdate();
        }
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  /**
   * As nearly always, what comes follows on what has come.
   *
   * @return whether that was so for all of them; else some may be noted, and noting them again does
   *     no harm
   */
  private boolean goOn(Shard shard, SortedMap<RoleTables.Feed, List<Long>> numbers)
      throws SQLException {
    ArrayNode rows = JSON.createArrayNode();
    for (Map.Entry<RoleTables.Feed, List<Long>> each : numbers.entrySet()) {
      List<Long> come = each.getValue();
      for (int i = 1; i < come.size(); i++) {
        if (come.get(i) != come.get(i - 1) + 1) {
          return false; // one is missing, or there twice
        }
      }
      addKey(rows, each.getKey()).add(come.getFirst()).add(come.getLast());
    }
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement update = connection.prepareStatement(GO_ON)) {
      update.setString(1, JSON.writeValueAsString(rows));
      return update.executeUpdate() == numbers.size();
    }
  }

  private static Map<RoleTables.Feed, SeenNumbers> lock(
      Connection connection, List<RoleTables.Feed> feeds, String keys) throws SQLException {
    Map<RoleTables.Feed, SeenNumbers> seen = new LinkedHashMap<>();
    try (PreparedStatement select = connection.prepareStatement(LOCK)) {
      select.setString(1, keys);
      try (ResultSet result = select.executeQuery()) {
        while (result.next()) {
          seen.put(
              feeds.get(result.getInt(1) - 1),
              SeenNumbers.of(result.getLong("seen_to"), result.getString("ahead")));
        }
      }
    }
    return seen;
  }

  /**
   * Feeds whose next number has been missing for so long, oldest first, at most a thousand.
   *
   * @param connection with the shard selected
   */
  static List<Gap> gaps(Connection connection, Condition scope, long olderThanSeconds)
      throws SQLException {
    List<Gap> gaps = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(GAPS + scope.sql() + " ORDER BY stuck_at LIMIT 1000")) {
      select.setLong(1, olderThanSeconds);
      var _ = scope.bind(select, 2);
      try (ResultSet result = select.executeQuery()) {
        while (result.next()) {
          @Nullable Instant since = RoleTable.instant(result, "stuck_at");
          gaps.add(
              new Gap(
                  new RoleTables.Feed(
                      new ServerId(result.getString("server_id")), result.getString("publisher")),
                  SeenNumbers.of(result.getLong("seen_to"), result.getString("ahead")),
                  since == null ? Instant.EPOCH : since));
        }
      }
    }
    return gaps;
  }

  /** What a server sent before this moment is known, by another way than its events. */
  void settle(Shard shard, ServerId server, Instant before) throws SQLException {
    try (Connection connection = pools.of(shard).getConnection()) {
      connection.setAutoCommit(false);
      try {
        settle(connection, server, before);
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  private static void settle(Connection connection, ServerId server, Instant before)
      throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT publisher, seen_to, ahead FROM role_feed"
                    + " WHERE server_id = ? AND stuck_at < ? FOR UPDATE");
        PreparedStatement update = connection.prepareStatement(SETTLE)) {
      select.setString(1, server.value());
      select.setObject(2, RoleTable.utc(before));
      try (ResultSet result = select.executeQuery()) {
        while (result.next()) {
          SeenNumbers seen = SeenNumbers.of(result.getLong("seen_to"), result.getString("ahead"));
          update.setLong(1, seen.highest());
          update.setString(2, server.value());
          update.setString(3, result.getString("publisher"));
          update.addBatch();
        }
      }
      update.executeBatch();
    }
  }

  /** Publishers that this shard has not heard for so long, at most a thousand. */
  List<RoleTables.Feed> silent(Shard shard, long forDays) throws SQLException {
    List<RoleTables.Feed> silent = new ArrayList<>();
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement select = connection.prepareStatement(SILENT)) {
      select.setLong(1, forDays);
      try (ResultSet result = select.executeQuery()) {
        while (result.next()) {
          silent.add(
              new RoleTables.Feed(
                  new ServerId(result.getString("server_id")), result.getString("publisher")));
        }
      }
    }
    return silent;
  }

  /** When the shard heard these last, as far as it knows them. */
  Map<RoleTables.Feed, Instant> lastSeen(Shard shard, List<RoleTables.Feed> feeds)
      throws SQLException {
    Map<RoleTables.Feed, Instant> seen = new LinkedHashMap<>();
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement select = connection.prepareStatement(LAST_SEEN)) {
      select.setString(1, keys(feeds));
      try (ResultSet result = select.executeQuery()) {
        while (result.next()) {
          Instant at = RoleTable.instant(result, "seen_at");
          if (at != null) {
            seen.put(feeds.get(result.getInt("n") - 1), at);
          }
        }
      }
    }
    return seen;
  }

  /**
   * Notes when each of them was heard last anywhere, and forgets those for which that is so long
   * ago.
   */
  void forget(Shard shard, Map<RoleTables.Feed, Instant> lastSeen, long silentForDays)
      throws SQLException {
    try (Connection connection = pools.of(shard).getConnection();
        PreparedStatement keep = connection.prepareStatement(KEEP);
        PreparedStatement forget = connection.prepareStatement(FORGET)) {
      for (Map.Entry<RoleTables.Feed, Instant> each : lastSeen.entrySet()) {
        String server = each.getKey().server().value();
        String publisher = each.getKey().publisher();
        keep.setObject(1, RoleTable.utc(each.getValue()));
        keep.setString(2, server);
        keep.setString(3, publisher);
        keep.addBatch();
        forget.setString(1, server);
        forget.setString(2, publisher);
        forget.setLong(3, silentForDays);
        forget.addBatch();
      }
      keep.executeBatch();
      forget.executeBatch();
    }
  }

  private static String keys(List<RoleTables.Feed> feeds) {
    ArrayNode rows = JSON.createArrayNode();
    feeds.forEach(feed -> addKey(rows, feed));
    return JSON.writeValueAsString(rows);
  }

  private static ArrayNode addKey(ArrayNode rows, RoleTables.Feed feed) {
    return rows.addArray().add(feed.server().value()).add(feed.publisher());
  }
}
