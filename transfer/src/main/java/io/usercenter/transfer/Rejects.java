package io.usercenter.transfer;

import io.usercenter.shard.ShardScatter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** The lines that an import rejected, out of all shards, in the order of the file. */
public final class Rejects {
  private static final int PAGE = 1_000;
  private static final JsonMapper JSON = new JsonMapper();

  private final ShardScatter scatter;

  public Rejects(ShardScatter scatter) {
    this.scatter = scatter;
  }

  /**
   * A page of them.
   *
   * @param after the line of the last reject of the page before; 0 for the first page
   * @param limit most rejects of the page
   * @throws SQLException if a shard is away: the page would have gaps that nobody sees
   */
  public List<Reject> page(long jobId, long after, int limit)
      throws SQLException, InterruptedException {
    ShardScatter.Gathered<List<Reject>> gathered =
        scatter.ask((_, connection) -> page(connection, jobId, after, limit));
    for (SQLException away : gathered.missing().values()) {
      throw away;
    }
    return gathered.answers().values().stream()
        .flatMap(List::stream)
        .sorted(Comparator.comparingLong(Reject::line))
        .limit(limit)
        .toList();
  }

  /** Writes all of them as NDJSON; the file is there whole or not at all. */
  public void write(long jobId, Path file) throws IOException, SQLException, InterruptedException {
    Path half = file.resolveSibling(file.getFileName() + ".part");
    try (BufferedWriter out = Files.newBufferedWriter(half, StandardCharsets.UTF_8)) {
      List<Reject> page = page(jobId, 0, PAGE);
      while (!page.isEmpty()) {
        for (Reject reject : page) {
          out.write(JSON.writeValueAsString(reject));
          out.write('\n');
        }
        page = page(jobId, page.getLast().line(), PAGE);
      }
    }
    Files.move(half, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private static List<Reject> page(Connection connection, long jobId, long after, int limit)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT line, code, message FROM import_reject WHERE job_id = ? AND line > ?"
                + " ORDER BY line LIMIT ?")) {
      select.setLong(1, jobId);
      select.setLong(2, after);
      select.setInt(3, limit);
      List<Reject> rejects = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          rejects.add(
              new Reject(
                  rows.getLong(1), RejectCode.valueOf(rows.getString(2)), rows.getString(3)));
        }
      }
      return rejects;
    }
  }
}
