package io.usercenter.transfer;

import io.usercenter.id.Shard;
import io.usercenter.shard.ShardScatter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How far an import is, as the shards know it.
 *
 * @param shards of those that answered
 * @param rejects how many, by their code
 * @param away the shards that did not answer; their numbers are missing
 */
public record ImportProgress(
    SortedMap<Shard, OfShard> shards, SortedMap<String, Long> rejects, SortedSet<Shard> away) {

  /**
   * How far it is in one shard.
   *
   * @param line this one and all before it are done, as far as they are of this shard
   * @param imported accounts
   * @param rejected lines
   * @param complete whether the file has no more lines for this shard
   */
  public record OfShard(long line, long imported, long rejected, boolean complete) {
    private static final OfShard NOTHING = new OfShard(0, 0, 0, false);

    /** Columns in the order of the components. */
    static OfShard of(ResultSet row) throws SQLException {
      return new OfShard(row.getLong(1), row.getLong(2), row.getLong(3), row.getBoolean(4));
    }
  }

  /** Asks all shards. */
  public static ImportProgress of(ShardScatter scatter, long jobId) throws InterruptedException {
    SortedMap<String, Long> rejects = new TreeMap<>();
    ShardScatter.Gathered<OfShardWithReasons> gathered =
        scatter.ask(
            (_, connection) ->
                new OfShardWithReasons(read(connection, jobId), reasons(connection, jobId)));
    SortedMap<Shard, OfShard> shards = new TreeMap<>();
    gathered
        .answers()
        .forEach(
            (shard, answer) -> {
              shards.put(shard, answer.progress());
              answer.reasons().forEach((code, count) -> rejects.merge(code, count, Long::sum));
            });
    return new ImportProgress(shards, rejects, new TreeSet<>(gathered.missing().keySet()));
  }

  /** Accounts in all shards. */
  public long imported() {
    return shards.values().stream().mapToLong(OfShard::imported).sum();
  }

  /** Lines in all shards. */
  public long rejected() {
    return shards.values().stream().mapToLong(OfShard::rejected).sum();
  }

  private record OfShardWithReasons(OfShard progress, SortedMap<String, Long> reasons) {}

  /** Nothing done if there is no row. */
  static OfShard read(Connection connection, long jobId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT line, imported, rejected, complete FROM import_progress WHERE job_id = ?")) {
      select.setLong(1, jobId);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? OfShard.of(row) : OfShard.NOTHING;
      }
    }
  }

  private static SortedMap<String, Long> reasons(Connection connection, long jobId)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT code, COUNT(*) FROM import_reject WHERE job_id = ? GROUP BY code")) {
      select.setLong(1, jobId);
      SortedMap<String, Long> reasons = new TreeMap<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          reasons.put(rows.getString(1), rows.getLong(2));
        }
      }
      return reasons;
    }
  }
}
