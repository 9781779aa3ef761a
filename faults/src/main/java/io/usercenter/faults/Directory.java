package io.usercenter.faults;

import io.usercenter.id.Shard;
import io.usercenter.testkit.MySqlServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the shards hold, read past the service. */
final class Directory {
  private final MySqlServer mysql;

  Directory(MySqlServer mysql) {
    this.mysql = mysql;
  }

  /**
   * All rows of all shards.
   *
   * @param names by user id
   * @param doubles names or ids that are there twice
   * @param roles newest revision by role id
   */
  record Content(Map<Long, String> names, List<String> doubles, Map<String, Long> roles) {}

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        mysql.jdbcUrl("") + "&connectTimeout=5000&socketTimeout=60000",
        mysql.user(),
        mysql.password());
  }

  Content read() {
    Map<Long, String> names = new HashMap<>();
    Set<String> seen = new HashSet<>();
    List<String> doubles = new ArrayList<>();
    Map<String, Long> roles = new HashMap<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (int shard = 0; shard < Shard.COUNT; shard++) {
        String database = "usercenter_%02d".formatted(shard);
        try (ResultSet row =
            statement.executeQuery("SELECT user_id, username FROM %s.user".formatted(database))) {
          while (row.next()) {
            if (names.put(row.getLong(1), row.getString(2)) != null
                || !seen.add(row.getString(2))) {
              doubles.add(row.getLong(1) + " " + row.getString(2));
            }
          }
        }
        try (ResultSet row =
            statement.executeQuery("SELECT role_id, revision FROM %s.role".formatted(database))) {
          while (row.next()) {
            roles.merge(row.getString(1), row.getLong(2), Math::max);
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the shards cannot be read", e);
    }
    return new Content(names, doubles, roles);
  }

  /** Characters whose number of this name, which nobody here knows, is not their revision. */
  List<String> withoutTheirLast(String member) {
    List<String> without = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (int shard = 0; shard < Shard.COUNT; shard++) {
        try (ResultSet row =
            statement.executeQuery(
                "SELECT role_id, revision, more FROM usercenter_%02d.role".formatted(shard)
                    + " WHERE NOT JSON_EXTRACT(more, '$.%s') <=> revision".formatted(member))) {
          while (row.next()) {
            without.add(
                "%s at revision %d: %s"
                    .formatted(row.getString(1), row.getLong(2), row.getString(3)));
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the shards cannot be read", e);
    }
    return without;
  }

  /** Connections that the server has open, ours included. */
  int connections() {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Threads_connected'")) {
      if (!row.next()) {
        throw new IllegalStateException("MySQL does not say how many are connected");
      }
      return row.getInt(2);
    } catch (SQLException e) {
      throw new IllegalStateException("the connections cannot be counted", e);
    }
  }

  /** Rows of each table over all shards, and of the admin database. */
  Map<String, Long> rows() {
    Map<String, Long> rows = new HashMap<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      Map<String, String> tables = new HashMap<>();
      try (ResultSet row =
          statement.executeQuery(
              "SELECT table_schema, table_name FROM information_schema.tables"
                  + " WHERE table_schema LIKE 'usercenter%' AND table_type = 'BASE TABLE'")) {
        while (row.next()) {
          tables.put(row.getString(1) + "." + row.getString(2), row.getString(2));
        }
      }
      for (Map.Entry<String, String> table : tables.entrySet()) {
        try (ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + table.getKey())) {
          if (row.next()) {
            rows.merge(table.getValue(), row.getLong(1), Long::sum);
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the rows cannot be counted", e);
    }
    return rows;
  }
}
