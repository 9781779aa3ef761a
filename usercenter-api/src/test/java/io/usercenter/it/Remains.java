package io.usercenter.it;

import io.usercenter.platform.Redis;
import io.usercenter.platform.TestRedis;
import io.usercenter.testkit.MySqlServer;
import io.usercenter.testkit.RedisServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.redisson.api.RType;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamRangeArgs;
import org.redisson.client.codec.StringCodec;

/** Looks for words in every column of every table, and in every key and value of Redis. */
public final class Remains {
  private Remains() {}

  /** Where in MySQL one of the words stands, whatever its case. */
  public static List<String> in(List<MySqlServer> servers, List<String> words) throws SQLException {
    List<String> found = new ArrayList<>();
    for (MySqlServer server : servers) {
      try (Connection connection = DriverManager.getConnection(server.jdbcUrl(""), "root", "");
          Statement statement = connection.createStatement()) {
        for (String table : tables(statement)) {
          try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
            while (rows.next()) {
              for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                String where = table + "." + rows.getMetaData().getColumnName(i);
                note(found, where, rows.getString(i), words);
              }
            }
          }
        }
      }
    }
    return found;
  }

  private static List<String> tables(Statement statement) throws SQLException {
    List<String> tables = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT CONCAT('`', table_schema, '`.`', table_name, '`')"
                + " FROM information_schema.tables WHERE table_schema LIKE 'usercenter%'")) {
      while (rows.next()) {
        tables.add(rows.getString(1));
      }
    }
    if (tables.isEmpty()) {
      throw new IllegalStateException("there is nothing to look through");
    }
    return tables;
  }

  /** Where in Redis one of the words stands, whatever its case. */
  static List<String> in(RedisServer server, List<String> words) {
    try (Redis redis = TestRedis.at(server.url())) {
      return redis
          .ask(
              "look everywhere",
              client -> {
                List<String> found = new ArrayList<>();
                for (String key : client.getKeys().getKeys()) {
                  note(found, "a key", key, words);
                  note(found, key, value(client, key), words);
                }
                return found;
              })
          .orElseThrow();
    }
  }

  private static String value(org.redisson.api.RedissonClient client, String key) {
    RType type = client.getKeys().getType(key);
    if (type == RType.OBJECT) {
      return String.valueOf(client.getBucket(key, StringCodec.INSTANCE).get());
    }
    if (type == RType.MAP) {
      return client.getMap(key, StringCodec.INSTANCE).readAllMap().toString();
    }
    if (type == RType.STREAM) {
      return client
          .getStream(key, StringCodec.INSTANCE)
          .range(StreamRangeArgs.startId(StreamMessageId.MIN).endId(StreamMessageId.MAX))
          .toString();
    }
    return ""; // sets of timestamps, or gone meanwhile
  }

  private static void note(List<String> found, String where, String text, List<String> words) {
    if (text != null) {
      String lower = text.toLowerCase(Locale.ROOT);
      words.stream()
          .filter(word -> lower.contains(word.toLowerCase(Locale.ROOT)))
          .forEach(word -> found.add(word + " in " + where + ": " + text));
    }
  }
}
