package io.usercenter.shard;

import com.mysql.cj.jdbc.Driver;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/** How connections to MySQL are opened, the same for pools, probes and migrations. */
final class MySqlUrl {
  /**
   * <ul>
   *   <li>useAffectedRows: the count of an UPDATE is the rows that changed, and of an upsert 0 =
   *       kept, 1 = new, 2 = changed. Without it an upsert that kept the row says 1, like a new
   *       one. The price: an UPDATE that writes what was there says 0, so a count never proves that
   *       a row exists.
   *   <li>No useServerPrepStmts: a statement that is prepared on the server belongs to one
   *       database, so a connection that serves 32 of them would need 32 times the statements. With
   *       a cache that is too small it costs half as much again, with one that is large enough it
   *       gains nothing that can be measured, and it would use up {@code max_prepared_stmt_count}.
   *   <li>connectionTimeZone: DATETIME columns hold UTC.
   *   <li>useLocalSessionState, elideSetAutoCommits, cacheServerConfiguration: what the driver
   *       knows it does not ask.
   * </ul>
   */
  private static final String OPTIONS =
      "?sslMode=DISABLED&allowPublicKeyRetrieval=true&characterEncoding=utf8"
          + "&connectionTimeZone=UTC&useAffectedRows=true&rewriteBatchedStatements=true"
          + "&cachePrepStmts=true&prepStmtCacheSize=256&prepStmtCacheSqlLimit=4096"
          + "&useLocalSessionState=true&elideSetAutoCommits=true&cacheServerConfiguration=true";

  private MySqlUrl() {}

  /**
   * A URL of Connector/J.
   *
   * @param database empty for none
   */
  static String of(
      MySqlInstance instance, String database, Duration connectTimeout, Duration socketTimeout) {
    return "jdbc:mysql://"
        + instance
        + "/"
        + database
        + OPTIONS
        + "&connectTimeout="
        + connectTimeout.toMillis()
        + "&socketTimeout="
        + socketTimeout.toMillis();
  }

  /** A connection of its own, in no pool, with no database selected. */
  static Connection connect(
      DatabaseSettings settings, MySqlInstance instance, Duration socketTimeout)
      throws SQLException {
    Properties login = new Properties();
    login.setProperty("user", settings.user());
    login.setProperty("password", settings.password().value());
    Connection connection =
        new Driver().connect(of(instance, "", settings.connectTimeout(), socketTimeout), login);
    if (connection == null) {
      throw new SQLException("Connector/J does not know its own URL for " + instance);
    }
    return connection;
  }
}
