package io.usercenter.id;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.usercenter.testkit.MySqlServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** A new database with the table of the machine numbers, as the migration makes it. */
final class AdminDatabase {
  private static final Pattern STATEMENT_END = Pattern.compile(";\\s*(\n|\\z)");
  private static final AtomicInteger COUNT = new AtomicInteger();

  private AdminDatabase() {}

  static MysqlDataSource createIn(MySqlServer server) throws SQLException, IOException {
    String database = "id_test_" + COUNT.incrementAndGet();
    try (Connection connection = open(server, "").getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + database);
      statement.execute("USE " + database);
      Path migration =
          Path.of(System.getProperty("uc.root", ".."), "sql", "admin", "V2__id_machine.sql");
      for (String sql : STATEMENT_END.splitAsStream(Files.readString(migration)).toList()) {
        statement.execute(sql);
      }
    }
    return open(server, database);
  }

  /** Gives up a connection that hangs, as a pool does. */
  static MysqlDataSource withTimeout(MysqlDataSource source, Duration timeout) {
    MysqlDataSource impatient = new MysqlDataSource();
    impatient.setUrl(
        source.getUrl()
            + "&connectTimeout="
            + timeout.toMillis()
            + "&socketTimeout="
            + timeout.toMillis());
    impatient.setUser(source.getUser());
    return impatient;
  }

  /** A connection for each question, so that nobody waits for a pool. */
  static MysqlDataSource open(MySqlServer server, String database) {
    MysqlDataSource source = new MysqlDataSource();
    source.setUrl(server.jdbcUrl(database));
    source.setUser(server.user());
    source.setPassword(server.password());
    return source;
  }
}
