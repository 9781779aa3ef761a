package io.usercenter.it;

import io.usercenter.testkit.MySqlServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A MySQL that only reads, even for root, until this is closed: as one that was failed over to and
 * not promoted, or whose disk is full.
 */
final class OnlyReading implements AutoCloseable {
  private final MySqlServer server;

  private OnlyReading(MySqlServer server) {
    this.server = server;
  }

  static OnlyReading of(MySqlServer server) throws SQLException {
    OnlyReading reading = new OnlyReading(server);
    reading.execute("SET GLOBAL super_read_only = ON");
    return reading;
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), "root", "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    execute("SET GLOBAL read_only = OFF"); // and super_read_only with it
  }
}
