package io.usercenter.peers;

import io.usercenter.testkit.MySqlServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** What is done in a database before a service is measured. */
final class Statements {
  private Statements() {}

  static void run(MySqlServer mysql, String database, List<String> statements) {
    try (Connection connection =
            DriverManager.getConnection(mysql.jdbcUrl(database), mysql.user(), mysql.password());
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("preparing the database '" + database + "'", e);
    }
  }

  /** A new database for a service that brings its tables. */
  static void create(MySqlServer mysql, String database) {
    run(mysql, "", List.of("CREATE DATABASE " + database + " CHARACTER SET utf8mb4"));
  }
}
